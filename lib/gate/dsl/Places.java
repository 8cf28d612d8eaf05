package gate.dsl;

import java.util.Arrays;
import java.util.Optional;

/** Where in a script something went wrong. */
final class Places {
  private Places() {}

  /** Runs a script's code; what goes wrong in it leaves as {@link StepFailed} with its place. */
  static void located(String file, Runnable code) {
    try {
      code.run();
    } catch (StepFailed e) {
      place(e, file).ifPresent(e::at);
      throw e;
    } catch (DependsOn e) {
      throw e;
    } catch (StackOverflowError e) {
      throw failed(e, file, "it calls itself without an end");
    } catch (AssertionError e) {
      throw failed(e, file, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw failed(e, file, meaning(e));
    }
  }

  private static StepFailed failed(Throwable e, String file, String message) {
    StepFailed failed = new StepFailed(message);
    place(e, file).ifPresent(failed::at);
    return failed;
  }

  private static Optional<String> place(Throwable e, String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return Arrays.stream(e.getStackTrace())
        .filter(element -> name.equals(element.getFileName()) && element.getLineNumber() > 0)
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
