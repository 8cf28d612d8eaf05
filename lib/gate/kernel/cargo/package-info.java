/** Runs Cargo tests as {@code cargo test} would, and knows each case. */
package gate.kernel.cargo;
