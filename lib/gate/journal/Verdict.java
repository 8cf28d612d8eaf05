package gate.journal;

import java.util.List;

/**
 * What a run came to.
 *
 * @param kind the one word
 * @param asked for PARTIAL: whether toggles, or a policy that allows it, account for all that is
 *     missing
 * @param reasons why it isn't GREEN, a sentence each; empty where it is
 */
public record Verdict(Kind kind, boolean asked, List<String> reasons) {
  /** The words, in capitals as they are shown. */
  public enum Kind {
    GREEN,
    PARTIAL,
    RED,
    INTERRUPTED,
    DRY
  }

  public Verdict {
    reasons = List.copyOf(reasons);
  }

  /** The exit code that goes with it; {@code strict} as by {@code --strict}. */
  public int exitCode(boolean strict) {
    return switch (kind) {
      case GREEN, DRY -> 0;
      case PARTIAL -> asked && !strict ? 0 : 3;
      case RED -> 1;
      case INTERRUPTED -> 130;
    };
  }
}
