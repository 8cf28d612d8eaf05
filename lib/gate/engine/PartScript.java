package gate.engine;

import gate.base.Commands;
import java.util.List;
import java.util.Map;

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

      # Sets `leg` to the leg of a process, and `leaks` to whether it may leak.
      name() {
        leaks=
        case $1 in
      """;

  private static final String NEEDS =
      """
          *) exit 64 ;;
        esac
      }

      count=$#
      for need; do
        read -r outcome <"needs/$need.outcome" 2>/dev/null || outcome=errored
        name "$need"
        case $outcome$leaks in
          passed* | flaky* | off* | leakedallowed) ;;
          *) set -- "$@" --blocked "$leg=$outcome" ;;
        esac
      done
      shift "$count"
      name "$process"
      rm -rf part # what was cut off here before counts for nothing

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
      tail -n 1 part/events.jsonl | grep -q '"ms":[0-9]*,"event":"run-finished"' || exit 75
      # What its attempts come to, for the legs that need it; the verdict is not decided here.
      outcomes=$(sed -n '/"ms":[0-9]*,"event":"leg-finished"/s/.*"outcome":"\\([A-Z_]*\\)".*/\\1/p' part/events.jsonl |
        tr 'A-Z_' 'a-z-')
      outcome=$(printf '%s\\n' "$outcomes" | tail -n 1)
      case $(printf '%s\\n' "$outcomes" | sort -u | tr '\\n' ' ') in
        "$outcome ") ;;
        'leaked passed ') outcome=leaked ;;
        *passed*) outcome=flaky ;;
      esac
      printf '%s\\n' "${outcome:-errored}" >"$process.outcome"
      """;

  private PartScript() {}

  /**
   * The script.
   *
   * @param legs in the order of their processes
   * @param env what is set before the gate is called; nothing secret
   * @param folder where it is called
   * @param command the gate; behind it comes {@code --part LEG --log-dir DIR}
   */
  public static String text(
      List<FlowLeg> legs, Map<String, String> env, String folder, List<String> command) {
    StringBuilder text = new StringBuilder(HEAD);
    for (int i = 0; i < legs.size(); i++) {
      text.append(
          "    leg_%d) leg=%s%s ;;\n"
              .formatted(
                  i + 1,
                  Commands.quote(legs.get(i).id()),
                  legs.get(i).mayLeak() ? " leaks=allowed" : ""));
    }
    text.append(NEEDS);
    env.forEach(
        (name, value) -> text.append("export %s=%s\n".formatted(name, Commands.quote(value))));
    return text.append("cd %s || exit 72\n".formatted(Commands.quote(folder)))
        .append(Commands.line(command))
        .append(" --part \"$leg\" \"$@\" --log-dir \"$work/part\"\n")
        .append(END)
        .toString();
  }
}
