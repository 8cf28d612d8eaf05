package gate.kernel.cargo;

/** A problem on its way up. */
final class Failed extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  private Failed(Problem problem) {
    super(problem.sentence(), null, false, false);
    this.problem = problem;
  }

  /** The tests themselves are to blame. */
  static Failed tests(String sentence) {
    return new Failed(new Problem(false, sentence));
  }

  /** Nothing can be said of the tests. */
  static Failed broken(String sentence) {
    return new Failed(new Problem(true, sentence));
  }

  Problem problem() {
    return problem;
  }
}
