/** Decides before anything runs: each leg and step, whether it runs, and why. */
package gate.plan;
