package gate.kernel.process;

import java.time.Duration;
import java.util.List;

/**
 * What the guardian's JVM does with processes. {@link LinuxNest} does it to the letter, {@link
 * PlainNest} as far as Java alone can. Methods may be called by several threads.
 */
interface Nest {

  /** Told of the end of each spawned process, one after the other. */
  interface Exits {

    /**
     * @param last whether nothing at all was below the guardian after it
     */
    void exited(int id, Exit exit, boolean last);
  }

  /** Starts a process and gives its pid; its end is told under the same id. */
  long spawn(int id, Order order) throws SpawnFailed;

  /** Whether certainly nothing is below the guardian. Cheap. */
  boolean empty();

  /** See {@link Child#end}. Returns at once. */
  void end(int id, Duration grace);

  /** See {@link Guardian#sweep}. */
  List<Survivor> sweep(Duration grace);

  /** See {@link Guardian#clear}. */
  List<Survivor> clear(Duration grace);
}
