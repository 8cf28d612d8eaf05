/** What is true of the machine, each fact with its proof and its fix. */
package gate.host;
