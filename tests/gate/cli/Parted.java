package gate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A repository whose matrix is run in parts. */
final class Parted {
  static final String YAML =
      """
      name: parted
      toggles:
        SKIP_B: { type: flag, help: Without b }
        E2E: { type: flag, help: End to end }
      legs:
        a: { title: The first }
        b: { title: The second, skip: SKIP_B }
        c: { title: The third, needs: [a] }
        d: { title: The fourth, axes: { n: [1, 2] } }
        e: { title: The fifth, env: { SHOWN: "yes" } }
      """;

  private final Scratch scratch;
  private final Map<String, String> env = new TreeMap<>();

  private Parted(Scratch scratch) {
    this.scratch = scratch;
  }

  /** A committed one. */
  static Parted create(Path folder) {
    Scratch scratch =
        Scratch.create(folder, "")
            .file("matrix.yaml", YAML + Scratch.POLICY)
            .file("legs/a.groovy", "step('says') { exec 'echo', 'hello' }\n")
            .file("legs/b.groovy", "step('b') { exec 'true' }\n")
            .file("legs/c.groovy", "step('c') { exec 'true' }\nstep('then') { exec 'true' }\n")
            .file("legs/d.groovy", "step('d') { exec 'echo', axes.n }\n")
            .file(
                "legs/e.groovy",
                "step('e') { exec 'true' }\nstep('e2e', when: toggles.E2E) { exec 'true' }\n");
    return new Parted(scratch.commit());
  }

  Parted copy(Path to) {
    return new Parted(scratch.copy(to));
  }

  Scratch scratch() {
    return scratch;
  }

  Path folder() {
    return scratch.folder();
  }

  Checkout checkout() {
    return scratch.checkout();
  }

  /** Where a part is run to, which git doesn't see. */
  Path at(String name) {
    return folder().resolve(".cccc").resolve(name);
  }

  /** A variable of the runs that follow. */
  void env(String name, String value) {
    env.put(name, value);
  }

  /** Runs a part in this process. */
  Scratch.Answer part(String name, String... words) {
    return part(Duration.ZERO, name, words);
  }

  /** The same, so much later. */
  Scratch.Answer part(Duration later, String name, String... words) {
    List<String> argv = new ArrayList<>(List.of("run", "--log-dir", at(name).toString()));
    argv.addAll(List.of(words));
    return scratch.after(later, env, argv.toArray(String[]::new));
  }

  /** Runs shards as real processes, to {@code s1}, {@code s2}, and so on. */
  Parted shards(int count) {
    for (int i = 1; i <= count; i++) {
      checkout().run("--log-dir", at("s" + i).toString(), "--shard", i + "/" + count);
    }
    return this;
  }

  /** Merges in this process, into {@code merged}. */
  Scratch.Answer merge(Object... parts) {
    List<String> argv = new ArrayList<>(List.of("merge", "--log-dir", at("merged").toString()));
    for (Object part : parts) {
      argv.add(part instanceof Path path ? path.toString() : at((String) part).toString());
    }
    return scratch.now(argv.toArray(String[]::new));
  }

  String merged(String file) {
    return Checkout.read(at("merged").resolve(file));
  }

  /** Rewrites a part's journal. */
  void forge(String part, UnaryOperator<String> change) {
    Path journal = at(part).resolve("events.jsonl");
    String before = Checkout.read(journal);
    String after = change.apply(before);
    if (after.equals(before)) {
      throw new AssertionError("nothing was changed in " + before);
    }
    try {
      Files.writeString(journal, after);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The journal of a whole run, as if these legs had lasted an hour. */
  String durations(String... legs) {
    part("timed");
    String journal = Checkout.read(at("timed").resolve("events.jsonl"));
    for (String leg : legs) {
      journal =
          journal.replaceAll(
              "\"ms\":\\d+(,\"event\":\"leg-finished\",\"leg\":\"" + leg + "\")",
              "\"ms\":3600000$1");
    }
    return journal;
  }

  /** A report without what differs between two runs that came to the same. */
  static String timeless(String report) {
    return report
        .replaceAll(" time=\"[^\"]*\"", "")
        .replaceAll("<property name=\"(run|toggle.LOG_DIR)\" value=\"[^\"]*\"/>\\s*", "");
  }
}
