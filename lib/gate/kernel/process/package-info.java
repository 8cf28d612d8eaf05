/**
 * Child processes that can't get away: a guardian, which is a second JVM, starts them, and whoever
 * of gate and guardian dies first, the other ends everything that was started.
 *
 * <p>Start at {@link gate.kernel.process.Guardian}. Depends on the JDK only, since the guardian's
 * JVM has to be up in a few tens of milliseconds.
 */
package gate.kernel.process;
