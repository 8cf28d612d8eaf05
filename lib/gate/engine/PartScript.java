package gate.engine;

import gate.base.Commands;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text of the script that runs one leg on the machine that the engine chose: {@code sh part.sh
 * PROCESS NEED…}. Exit code 0 says that the leg came to its end, however that was; any other that
 * the machine failed, so that another may try.
 */
public final class PartScript {
  private static final String HEAD =
      """
      #!/bin/sh
      # Written by `matrix run --engine nextflow`: runs one leg, whose folder is `part`.
      # Exit code: 0 it came to its end, whatever that was; else the machine failed, and another may try.
      set -u

      work=$PWD
      process=$1
      shift

      ended() {
        echo "$1" >"$work/$process.outcome"
        exit 0
      }

      for need; do
        [ "$(cat "needs/$need.outcome" 2>/dev/null)" = good ] || ended blocked
      done
      """;

  private static final String END =
      """
      code=$?
      case $code in
        0 | 1 | 3) ;;
        *) exit "$code" ;;
      esac
      cd "$work" || exit 75
      # Only what has its end in the journal came to its end.
      tail -n 1 part/events.jsonl | grep -q '"type":"run-finished"' || exit 75
      [ "$code" -eq 1 ] || ended good
      # A leg that was flaky keeps none from running that needs it; one that only leaked does.
      outcomes=$(sed -n '/"type":"leg-finished"/s/.*"outcome":"\\([a-z-]*\\)".*/\\1/p' part/events.jsonl | sort -u | tr '\\n' ' ')
      case $outcomes in
        'leaked passed ' | *blocked*) ended bad ;;
        *passed*) ended good ;;
        *) ended bad ;;
      esac
      """;

  private PartScript() {}

  /**
   * The script.
   *
   * @param legs their ids, in the order of their processes
   * @param env what is set before the gate is called; nothing secret
   * @param folder where it is called
   * @param command the gate; behind it comes {@code --part LEG --log-dir DIR}
   */
  public static String text(
      List<String> legs, Map<String, String> env, String folder, List<String> command) {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("case $process in\n");
    for (int i = 0; i < legs.size(); i++) {
      text.append("  leg_%d) leg=%s ;;\n".formatted(i + 1, Commands.quote(legs.get(i))));
    }
    text.append("  *) exit 64 ;;\nesac\n");
    text.append(
        env.entrySet().stream()
            .map(it -> "export %s=%s\n".formatted(it.getKey(), Commands.quote(it.getValue())))
            .collect(Collectors.joining()));
    text.append("cd %s || exit 72\n".formatted(Commands.quote(folder)));
    text.append(Commands.line(command)).append(" --part \"$leg\" --log-dir \"$work/part\"\n");
    return text.append(END).toString();
  }
}
