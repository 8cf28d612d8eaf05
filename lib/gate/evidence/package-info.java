/** Runs that are kept in the repository as evidence, and whether a commit may be released by it. */
package gate.evidence;
