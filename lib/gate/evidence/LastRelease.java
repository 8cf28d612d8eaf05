package gate.evidence;

import java.util.Map;

/** What the release before passed. */
sealed interface LastRelease {
  /** There was none. */
  record None() implements LastRelease {}

  /** There was one, but nothing tells what it passed: it is older than the gate. */
  record Silent(String tag) implements LastRelease {}

  /** Nobody can know: the repository's history was cut off when it was fetched. */
  record CutOff() implements LastRelease {}

  /** How many cases passed, by leg. */
  record Passed(String tag, Map<String, Long> cases) implements LastRelease {}
}
