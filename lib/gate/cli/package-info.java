/** The command line: arguments in, exit code out. */
package gate.cli;
