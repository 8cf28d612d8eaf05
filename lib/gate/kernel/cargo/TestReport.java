package gate.kernel.cargo;

import java.util.List;
import java.util.Optional;

/**
 * What some tests came to.
 *
 * @param unproven what they don't show although the command names it, a sentence each
 */
public record TestReport(List<Case> cases, Optional<Problem> problem, List<String> unproven) {
  public TestReport {
    cases = List.copyOf(cases);
    unproven = List.copyOf(unproven);
  }

  TestReport(List<Case> cases, Optional<Problem> problem) {
    this(cases, problem, List.of());
  }

  /** Whether at least one case passed, and nothing is wrong. */
  public boolean passed() {
    return problem.isEmpty() && count(Case.Outcome.PASSED) > 0 && count(Case.Outcome.FAILED) == 0;
  }

  /** How many cases ended so. */
  public long count(Case.Outcome outcome) {
    return cases.stream().filter(it -> it.outcome() == outcome).count();
  }
}
