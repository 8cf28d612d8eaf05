/** Runs a plan: processes, services, time; what happens goes to the journal. */
package gate.kernel;
