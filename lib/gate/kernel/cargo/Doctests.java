package gate.kernel.cargo;

import gate.dsl.CargoTest;
import gate.kernel.cargo.Harness.Ran;
import gate.kernel.process.Exit;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs doctests through cargo, as only rustdoc can build them. rustdoc runs each in a process of
 * its own and tells of them on standard output: that is held against the list, against its own
 * sums, and against the exit code.
 */
final class Doctests {
  private static final String GROUP = "doctests";
  private static final Pattern RESULT =
      Pattern.compile(
          "test (.+?)( - should panic| - compile fail| - compile)? \\.\\.\\."
              + " (ok|FAILED|ignored(?:, .*)?)");

  /** What rustdoc adds to those that it compiles and never runs: {@code no_run}. */
  private static final String COMPILED = " - compile";

  private static final Pattern SUM =
      Pattern.compile("test result: \\S+ (\\d+) passed; (\\d+) failed; (\\d+) ignored;.*");

  private final CargoTest test;
  private final Path workspace;
  private final Map<String, String> env;
  private final Launcher launcher;
  private final Path log;
  private final Path scratch;

  /**
   * @param env without secrets, which would be built in
   */
  Doctests(
      CargoTest test,
      Path workspace,
      Map<String, String> env,
      Launcher launcher,
      Path log,
      Path scratch) {
    this.test = test;
    this.workspace = workspace;
    this.env = env;
    this.launcher = launcher;
    this.log = log;
    this.scratch = scratch;
  }

  Ran run() throws InterruptedException {
    try {
      Set<String> listed = list();
      if (listed.isEmpty()) {
        return new Ran(List.of(), Optional.empty());
      }
      Path out = scratch.resolve("doctests-" + System.nanoTime());
      List<String> argv = argv();
      argv.addAll(CargoLine.arguments(test));
      long from = System.nanoTime();
      Exit exit = launcher.run(argv, env, workspace, out, log);
      long millis = (System.nanoTime() - from) / 1_000_000;
      String printed = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
      Files.writeString(
          log, launcher.secrets().mask(printed), java.nio.file.StandardOpenOption.APPEND);
      return judged(listed, printed, exit, millis);
    } catch (Failed e) {
      return Ran.failed(e);
    } catch (SpawnFailed e) {
      return Ran.failed(Failed.broken(e.getMessage()));
    } catch (IOException e) {
      return Ran.failed(Failed.broken("doctests: " + e.getMessage()));
    }
  }

  private List<String> argv() {
    List<String> argv = new ArrayList<>(CargoLine.doctests(test));
    argv.add("--");
    return argv;
  }

  private Set<String> list() throws SpawnFailed, InterruptedException, IOException, Failed {
    Path out = scratch.resolve("list-" + System.nanoTime());
    Path err = scratch.resolve("list-err-" + System.nanoTime());
    List<String> argv = argv();
    argv.addAll(CargoLine.choice(test));
    argv.addAll(List.of("--list", "--format", "terse"));
    Exit exit = launcher.run(argv, env, workspace, out, err);
    if (!exit.ok()) {
      String line = "cargo " + String.join(" ", argv.subList(1, argv.size()));
      throw BuildErrors.of(line, exit, err, workspace);
    }
    return new LinkedHashSet<>(
        Utf8.read(out)
            .flatMap(Listing::parse)
            .orElseThrow(() -> Failed.tests("the list of doctests has something else in it")));
  }

  private static Ran judged(Set<String> listed, String printed, Exit exit, long millis) {
    Map<String, Case.Outcome> outcomes = new LinkedHashMap<>();
    List<String> odd = new ArrayList<>();
    long compiled = 0;
    long[] sums = new long[3];
    for (String line : printed.lines().toList()) {
      Matcher result = RESULT.matcher(line);
      Matcher sum = SUM.matcher(line);
      if (result.matches()) {
        if (!listed.contains(result.group(1))
            || outcomes.put(result.group(1), outcome(result.group(3))) != null) {
          odd.add(result.group(1));
        }
        compiled += COMPILED.equals(result.group(2)) && result.group(3).equals("ok") ? 1 : 0;
      } else if (sum.matches()) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += Long.parseLong(sum.group(i + 1));
        }
      }
    }
    Map<String, String> blocks = Captured.blocks(printed);
    List<Case> cases = new ArrayList<>();
    Listing.ordered(listed, outcomes)
        .forEach((name, outcome) ->
            cases.add(
                new Case(
                    GROUP,
                    name,
                    outcome,
                    outcomes.size() == 1 ? Optional.of(millis) : Optional.empty(),
                    outcome == Case.Outcome.FAILED
                        ? Captured.message(blocks.getOrDefault(name, ""))
                        : "",
                    blocks.getOrDefault(name, ""))));
    long ran = outcomes.size() - count(outcomes, Case.Outcome.IGNORED) - compiled;
    return new Ran(
        cases,
        problem(listed, outcomes, odd, sums, exit),
        Optional.of(compiled)
            .filter(it -> it > 0 && ran == 0)
            .map("of its doctests none is run, and %d only compiled (`no_run`)"::formatted));
  }

  private static Case.Outcome outcome(String word) {
    return switch (word) {
      case "ok" -> Case.Outcome.PASSED;
      case "FAILED" -> Case.Outcome.FAILED;
      default -> Case.Outcome.IGNORED;
    };
  }

  private static Optional<Problem> problem(
      Set<String> listed,
      Map<String, Case.Outcome> outcomes,
      List<String> odd,
      long[] sums,
      Exit exit) {
    if (!odd.isEmpty()) {
      return tests(
          "the outcome of %s stands there twice, or was never listed".formatted(Harness.some(odd)));
    }
    List<String> missing = listed.stream().filter(it -> !outcomes.containsKey(it)).toList();
    if (!missing.isEmpty()) {
      return tests(
          "%d of %d have no outcome (%s): %s"
              .formatted(missing.size(), listed.size(), exit.describe(), Harness.some(missing)));
    }
    boolean agree =
        sums[0] == count(outcomes, Case.Outcome.PASSED)
            && sums[1] == count(outcomes, Case.Outcome.FAILED)
            && sums[2] == count(outcomes, Case.Outcome.IGNORED);
    if (!agree || exit.ok() != (sums[1] == 0)) {
      return tests("their outcomes, their sums and %s disagree".formatted(exit.describe()));
    }
    return Optional.empty();
  }

  private static long count(Map<String, Case.Outcome> outcomes, Case.Outcome wanted) {
    return outcomes.values().stream().filter(it -> it == wanted).count();
  }

  private static Optional<Problem> tests(String sentence) {
    return Optional.of(new Problem(false, "doctests: " + sentence));
  }
}
