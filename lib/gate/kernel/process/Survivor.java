package gate.kernel.process;

/**
 * A process that was still there when it shouldn't have been.
 *
 * @param pid its process id
 * @param command its command line, fit to be shown: no control characters, at most 200 characters
 */
public record Survivor(long pid, String command) {
  @Override
  public String toString() {
    return pid + " (" + command + ")";
  }
}
