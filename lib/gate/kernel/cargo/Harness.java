package gate.kernel.cargo;

import gate.dsl.CargoTest;
import gate.kernel.process.Exit;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs one test binary, and judges by libtest's own log against its list and the exit code. */
final class Harness {
  /** What libtest exits with where a test failed. */
  private static final int TESTS_FAILED = 101;

  private static final int MOST_OUTPUT = 4 << 20;
  private static final int NAMED = 5;

  /** What libtest prints last, on a line of its own. */
  private static final Pattern SUMMARY =
      Pattern.compile(
          "(?m)^(test result: (\\w+)\\. (\\d+) passed; (\\d+) failed; (\\d+) ignored(?:; (\\d+)"
              + " measured)?).*$");

  private final CargoTest test;
  private final Launcher launcher;
  private final Path log;
  private final Path scratch;

  Harness(CargoTest test, Launcher launcher, Path log, Path scratch) {
    this.test = test;
    this.launcher = launcher;
    this.log = log;
    this.scratch = scratch;
  }

  /**
   * What a binary came to; its problem stands beside the cases that were seen nevertheless.
   *
   * @param idle why no test ran in it, where that isn't plain from the cases
   */
  record Ran(List<Case> cases, Optional<Problem> problem, Optional<String> idle) {
    Ran(List<Case> cases, Optional<Problem> problem) {
      this(cases, problem, Optional.empty());
    }

    /** Whether a test was run. */
    boolean any() {
      return idle.isEmpty() && cases.stream().anyMatch(it -> it.outcome() != Case.Outcome.IGNORED);
    }

    static Ran failed(Failed failed) {
      return new Ran(List.of(), Optional.of(failed.problem()));
    }
  }

  /**
   * Runs a binary.
   *
   * @param startable what its tests may start
   */
  Ran run(Binary binary, List<Startable> startable) throws InterruptedException {
    try {
      if (!Files.isExecutable(binary.path())) {
        throw Failed.broken("the test binary %s is missing".formatted(binary.path()));
      }
      launcher.starts(binary.path());
      Ran ran = binary.harness() ? libtest(binary) : own(binary);
      if (!binary.unchanged()) {
        throw Failed.broken(
            "the test binary %s was built anew while it ran; let nothing else build in that folder, or set CARGO_TARGET_DIR"
                .formatted(binary.path()));
      }
      for (Startable it : startable) {
        Optional<String> changed = it.changed();
        if (changed.isPresent()) {
          throw Failed.broken(
              "%s, which the tests of %s may start, %s while they ran; let nothing else build in that folder, or set CARGO_TARGET_DIR"
                  .formatted(it.path(), binary.target(), changed.get()));
        }
      }
      return ran;
    } catch (Failed e) {
      return Ran.failed(e);
    } catch (SpawnFailed e) {
      return Ran.failed(Failed.broken(e.getMessage()));
    } catch (IOException e) {
      return Ran.failed(Failed.broken("%s: %s".formatted(binary.path(), e.getMessage())));
    }
  }

  /**
   * A target with a main of its own is one case, by its exit code, unless it says otherwise itself:
   * that something failed, or that nothing ran.
   */
  private Ran own(Binary binary) throws SpawnFailed, InterruptedException, IOException, Failed {
    if (!CargoLine.choice(test).isEmpty()) {
      throw Failed.tests(
          "%s has a main of its own (`harness = false`): nothing tells whether it minds %s; leave that out, or name another target"
              .formatted(binary.target(), chosen()));
    }
    List<String> argv = new ArrayList<>(binary.argv());
    argv.addAll(CargoLine.arguments(test));
    long offset = size(log);
    long from = System.nanoTime();
    Exit exit = launcher.run(argv, binary.env(), binary.folder(), log, log);
    long millis = (System.nanoTime() - from) / 1_000_000;
    String printed = text(offset);
    Optional<String> against =
        exit.ok()
            ? summary(printed, "FAILED").map("exit code 0, but printed `%s`"::formatted)
            : Optional.of(exit.describe());
    Optional<String> idle = against.isEmpty() ? idle(binary, printed) : Optional.empty();
    if (idle.isPresent()) {
      return new Ran(List.of(), Optional.empty(), idle);
    }
    return new Ran(
        List.of(
            new Case(
                binary.target(),
                binary.target(),
                against.isEmpty() ? Case.Outcome.PASSED : Case.Outcome.FAILED,
                Optional.of(millis),
                against.map("it ended with "::concat).orElse(""),
                against.isEmpty() ? "" : printed)),
        Optional.empty());
  }

  /** Where all that it says of tests is that none ran. */
  private static Optional<String> idle(Binary binary, String printed) {
    List<MatchResult> said = SUMMARY.matcher(printed).results().toList();
    return said.stream().allMatch(Harness::none)
        ? said.stream()
            .reduce((_, last) -> last)
            .map(last -> "%s says `%s`".formatted(binary.target(), last.group(1)))
        : Optional.empty();
  }

  private static boolean none(MatchResult summary) {
    return Stream.of(summary.group(3), summary.group(4), summary.group(6))
        .allMatch(it -> it == null || it.matches("0+"));
  }

  private String chosen() {
    return test.exactCase()
        .map("`case: '%s'`"::formatted)
        .or(() -> test.filter().map("`filter: '%s'`"::formatted))
        .orElse("`ignored: true`");
  }

  /** The first summary with that word. */
  private static Optional<String> summary(String printed, String word) {
    return SUMMARY
        .matcher(printed)
        .results()
        .filter(it -> it.group(2).equals(word))
        .map(it -> it.group(1))
        .findFirst();
  }

  private Ran libtest(Binary binary) throws SpawnFailed, InterruptedException, IOException, Failed {
    Set<String> listed = list(binary);
    Path outcomes = scratch.resolve("outcomes-" + System.nanoTime());
    List<String> argv = new ArrayList<>(binary.argv());
    argv.addAll(CargoLine.arguments(test));
    argv.addAll(List.of("--logfile", outcomes.toString()));
    long offset = size(log);
    long from = System.nanoTime();
    Exit exit = launcher.run(argv, binary.env(), binary.folder(), log, log);
    long millis = (System.nanoTime() - from) / 1_000_000;
    String said = "";
    if (Files.exists(outcomes)) {
      said =
          Utf8.read(outcomes)
              .orElseThrow(() ->
                  Failed.tests(
                      "%s: the log of outcomes isn't UTF-8: something wrote to it that isn't libtest"
                          .formatted(binary.target())));
    }
    LogFile.Said log = LogFile.parse(said, listed, binary.target());
    return judged(binary, listed, log, exit, millis, offset);
  }

  private Set<String> list(Binary binary)
      throws SpawnFailed, InterruptedException, IOException, Failed {
    Path out = scratch.resolve("list-" + System.nanoTime());
    List<String> argv = new ArrayList<>(binary.argv());
    argv.addAll(CargoLine.choice(test));
    argv.addAll(List.of("--list", "--format", "terse"));
    Exit exit = launcher.run(argv, binary.env(), binary.folder(), out, log);
    if (!exit.ok()) {
      throw Failed.tests(
          "%s: listing its tests ended with %s".formatted(binary.target(), exit.describe()));
    }
    String text =
        Utf8.read(out)
            .orElseThrow(() ->
                Failed.tests("%s: the list of its tests isn't UTF-8".formatted(binary.target())));
    List<String> names =
        Listing.parse(text)
            .orElseThrow(() ->
                Failed.tests(
                    "%s: the list of its tests has something else in it; a target without libtest's main needs `harness = false`"
                        .formatted(binary.target())));
    Set<String> unique = new LinkedHashSet<>(names);
    if (unique.size() != names.size()) {
      throw Failed.tests("%s: the list of its tests has one twice".formatted(binary.target()));
    }
    return unique;
  }

  private Ran judged(
      Binary binary, Set<String> listed, LogFile.Said log, Exit exit, long millis, long offset)
      throws IOException {
    boolean anyFailed = log.outcomes().containsValue(Case.Outcome.FAILED);
    String printed = text(offset);
    Map<String, String> blocks = anyFailed ? Captured.blocks(printed) : Map.of();
    long ran = log.outcomes().values().stream().filter(it -> it != Case.Outcome.IGNORED).count();
    List<Case> cases = new ArrayList<>();
    Listing.ordered(listed, log.outcomes())
        .forEach((name, outcome) -> {
          String block = blocks.getOrDefault(name, "");
          String message = log.messages().getOrDefault(name, "");
          cases.add(
              new Case(
                  binary.target(),
                  name,
                  outcome,
                  ran == 1 && outcome != Case.Outcome.IGNORED
                      ? Optional.of(millis)
                      : Optional.empty(),
                  outcome == Case.Outcome.FAILED
                      ? message.isEmpty() ? Captured.message(block) : message
                      : "",
                  block));
        });
    List<String> missing =
        listed.stream().filter(name -> !log.outcomes().containsKey(name)).toList();
    return new Ran(
        cases,
        problem(binary, listed, missing, anyFailed, exit)
            .or(() -> listed.isEmpty() ? Optional.empty() : unlike(binary, cases, printed)));
  }

  /** How the log of outcomes differs from libtest's own last line: whoever writes the one alone. */
  private static Optional<Problem> unlike(Binary binary, List<Case> cases, String printed) {
    Optional<MatchResult> last = SUMMARY.matcher(printed).results().reduce((_, it) -> it);
    if (last.isEmpty()) {
      return tests(
          "%s: its log of outcomes is whole, but the process ended without libtest's own summary: something else wrote that log"
              .formatted(binary.target()));
    }
    MatchResult sums = last.get();
    long measured = sums.group(6) == null ? 0 : Long.parseLong(sums.group(6));
    String said =
        "%d passed, %s failed, %s ignored"
            .formatted(Long.parseLong(sums.group(3)) + measured, sums.group(4), sums.group(5));
    String logged =
        "%d passed, %d failed, %d ignored"
            .formatted(
                count(cases, Case.Outcome.PASSED),
                count(cases, Case.Outcome.FAILED),
                count(cases, Case.Outcome.IGNORED));
    return said.equals(logged)
        ? Optional.empty()
        : tests(
            "%s: libtest's summary says %s, but its log of outcomes %s"
                .formatted(binary.target(), said, logged));
  }

  private static long count(List<Case> cases, Case.Outcome outcome) {
    return cases.stream().filter(it -> it.outcome() == outcome).count();
  }

  private static Optional<Problem> problem(
      Binary binary, Set<String> listed, List<String> missing, boolean anyFailed, Exit exit) {
    String target = binary.target();
    if (!missing.isEmpty()) {
      return tests(
          "%s: the process ended with %s before %d of %d tests had: %s"
              .formatted(target, exit.describe(), missing.size(), listed.size(), some(missing)));
    }
    boolean says101 = exit.code().isPresent() && exit.code().getAsInt() == TESTS_FAILED;
    if (anyFailed ? !says101 : !exit.ok()) {
      return tests(
          "%s: the process ended with %s, but by its log of outcomes %s"
              .formatted(
                  target, exit.describe(), anyFailed ? "tests failed" : "every test passed"));
    }
    return Optional.empty();
  }

  private static Optional<Problem> tests(String sentence) {
    return Optional.of(new Problem(false, sentence));
  }

  static String some(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (names.size() > NAMED ? ", …" : "");
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  /** What stands in the step's log from an offset on; of very much its end. */
  private String text(long offset) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(offset, in.length() - MOST_OUTPUT);
      in.seek(from);
      byte[] bytes = new byte[Math.toIntExact(in.length() - from)];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
