package gate.kernel.process;

/** Work beside a thread that has other things to do. */
final class Aside {
  private Aside() {}

  /** Runs it on a thread of its own; where the machine has no room for one, at once and here. */
  static void run(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError noThread) {
      work.run();
    }
  }
}
