package gate.dsl;

import java.util.Arrays;
import java.util.Optional;

/** Where in a script something went wrong. */
final class Places {
  private Places() {}

  /**
   * Runs a script's code; what goes wrong in it leaves as {@link StepFailed} with its place.
   *
   * @param file how the script is called in messages
   * @param script its class
   */
  static void located(String file, Class<?> script, Runnable code) {
    try {
      code.run();
    } catch (StepFailed e) {
      place(e, file, script).ifPresent(e::at);
      throw e;
    } catch (DependsOn e) {
      throw e;
    } catch (StackOverflowError e) {
      throw failed(e, file, script, "it calls itself without an end");
    } catch (AssertionError e) {
      throw failed(e, file, script, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw failed(e, file, script, meaning(e));
    }
  }

  private static StepFailed failed(Throwable e, String file, Class<?> script, String message) {
    StepFailed failed = new OwnFailure(message);
    place(e, file, script).ifPresent(failed::at);
    return failed;
  }

  static Optional<String> place(Throwable e, String file, Class<?> script) {
    String name = script.getName();
    return Arrays.stream(e.getStackTrace())
        .filter(element ->
            element.getLineNumber() > 0 && (element.getClassName() + "$").startsWith(name + "$"))
        .findFirst()
        .map(element -> file + ":" + element.getLineNumber());
  }

  private static String meaning(RuntimeException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return switch (e) {
      case ArithmeticException _ -> message;
      case NullPointerException _ -> message.isEmpty() ? "something is null" : message;
      default ->
          e.getClass()
                  .getSimpleName()
                  .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                  .toLowerCase(java.util.Locale.ROOT)
              + (message.isEmpty() ? "" : ": " + message);
    };
  }
}
