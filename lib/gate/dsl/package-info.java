/** What a leg script may say, and its compiler. Nothing here runs a process or knows of YAML. */
package gate.dsl;
