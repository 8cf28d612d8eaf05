package gate.cli;

import java.lang.reflect.Proxy;

/**
 * Takes SIGINT, which the JDK has no supported way to do twice: its own handler does nothing more
 * once the JVM is going. {@code sun.misc.Signal} is reached by reflection, for naming it is a
 * warning to javac; where it isn't there, the first SIGINT does what it always did.
 */
final class CtrlC {
  private CtrlC() {}

  /** From now on each SIGINT is told, on a thread of its own; one that is ignored stays so. */
  static void handledBy(Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              CtrlC.class.getClassLoader(),
              new Class<?>[] {handlers},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handlers)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // a JVM without it, or one that was told to leave signals alone
    }
  }
}
