package gate.cli;

import java.lang.reflect.Proxy;

/**
 * Takes signals, which the JDK has no supported way to do: its own handlers do nothing more once
 * the JVM is going. {@code sun.misc.Signal} is reached by reflection, for naming it is a warning to
 * javac; where it isn't there, the first signal does what it always did.
 */
final class Signals {
  private Signals() {}

  /**
   * From now on each signal of this name is told, on a thread of its own; one that is ignored stays
   * so.
   *
   * @param name as {@code INT}
   */
  static void handled(String name, Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlers},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handlers)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // a JVM without it, or one that was told to leave signals alone
    }
  }
}
