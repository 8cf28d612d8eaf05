package gate.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be said of a run. */
final class RunOptions {
  /** Stands for the run behind {@code --resume} where there is none: no argument can be this. */
  static final String NO_RUN = "\0";

  @Parameters(
      paramLabel = "LEG|GLOB",
      arity = "0..*",
      description = "The legs to run, by name or with * and ?; by default all.")
  private List<String> legs = new ArrayList<>();

  @Mixin private Common common;

  @Option(
      names = "--dry-run",
      description = "Prints what each step would do, and does nothing; the same as DRY_RUN=1.")
  private boolean dryRun;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "How many legs run side by side; by default as many as there are cores.")
  private Integer jobs;

  @Option(names = "--fail-fast", description = "Starts no leg after one that didn't pass.")
  private boolean failFast;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "How often a leg that didn't pass is tried again, whatever matrix.yaml says.")
  private Integer retries;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Runs each leg so often; it has to pass each time.")
  private Integer repeat;

  @Option(
      names = "--shell",
      description =
          "Opens a shell where a step doesn't pass, with its services up and its command ready;"
              + " legs run one at a time.")
  private boolean shell;

  @Option(
      names = "--keep",
      description =
          "Leaves a step that doesn't pass as it is, with its services up, until Enter is pressed;"
              + " legs run one at a time.")
  private boolean keep;

  @Option(
      names = "--watch",
      description =
          "Runs the named legs again when their scripts, the definition or their workspaces'"
              + " sources change; Ctrl-C ends it.")
  private boolean watch;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      arity = "0..1",
      fallbackValue = NO_RUN,
      description =
          "Goes on with a run that was cut off, by default the latest, as it was started; repeats"
              + " nothing that came to its end, unless what it tests has changed.")
  private String resume;

  @Option(
      names = "--last-failed",
      description = "Runs the legs that didn't pass in the latest run.")
  private boolean lastFailed;

  @Option(
      names = "--shard",
      paramLabel = "K/N",
      converter = ShardNumber.Converter.class,
      description = "Runs the K-th of N shards of all legs; `matrix merge` makes one run of them.")
  private ShardNumber shard;

  @Option(
      names = "--durations",
      paramLabel = "RUN",
      description =
          "The run by whose durations shards are balanced, the same for all of them; `none` for"
              + " none; by default the latest that is kept in docs/evidence.")
  private String durations;

  @Option(
      names = "--part",
      paramLabel = "LEG",
      description =
          "Runs that leg as a part of all, for engines that run each leg by itself: what it needs"
              + " is taken to have passed elsewhere, which `matrix merge` checks.")
  private String part;

  @Option(
      names = "--blocked",
      paramLabel = "LEG=OUTCOME",
      hidden = true,
      description = "With --part: a leg that it needs ran elsewhere, and didn't pass.")
  private Map<String, String> blocked = new TreeMap<>();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "Hands the legs to an engine (`nextflow`), which runs each on a machine of its choice.")
  private String engine;

  @Option(
      names = "--engine-config",
      paramLabel = "FILE",
      description = "The engine's own configuration; by default it runs all on this machine.")
  private Path engineConfig;

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description = "The run's folder; the same as LOG_DIR=DIR.")
  private String logDir;

  @Option(
      names = "--strict",
      description = "Exit code 3 for any PARTIAL, also if a toggle said so.")
  private boolean strict;

  List<String> legs() {
    return List.copyOf(legs);
  }

  Common common() {
    return common;
  }

  Optional<Integer> jobs() {
    return Optional.ofNullable(jobs);
  }

  boolean failFast() {
    return failFast;
  }

  OptionalInt retries() {
    return retries == null ? OptionalInt.empty() : OptionalInt.of(retries);
  }

  /** How often each leg is run, where that is said. */
  OptionalInt repeat() {
    return repeat == null ? OptionalInt.empty() : OptionalInt.of(repeat);
  }

  boolean shell() {
    return shell;
  }

  boolean keep() {
    return keep;
  }

  boolean watch() {
    return watch;
  }

  /** The run to go on with: its name or folder, or {@link #NO_RUN}. */
  Optional<String> resume() {
    return Optional.ofNullable(resume);
  }

  /** The same, with as many legs side by side as the other says. */
  RunOptions jobsOf(RunOptions other) {
    jobs = other.jobs;
    return this;
  }

  boolean lastFailed() {
    return lastFailed;
  }

  boolean strict() {
    return strict;
  }

  Optional<ShardNumber> shard() {
    return Optional.ofNullable(shard);
  }

  Optional<String> durations() {
    return Optional.ofNullable(durations);
  }

  /** The leg that is run as a part. */
  Optional<String> part() {
    return Optional.ofNullable(part);
  }

  /** How legs ended that the part needs, where they didn't pass. */
  Map<String, String> blocked() {
    return Map.copyOf(blocked);
  }

  Optional<String> engine() {
    return Optional.ofNullable(engine);
  }

  Optional<Path> engineConfig() {
    return Optional.ofNullable(engineConfig);
  }

  /** What sets toggles: {@code --set}, and the options that are short for it. */
  List<String> set() {
    List<String> set = new ArrayList<>(common.set());
    if (dryRun) {
      set.removeIf("DRY_RUN=1"::equals);
      set.add("DRY_RUN=1");
    }
    if (logDir != null) {
      set.add("LOG_DIR=" + logDir);
    }
    return set;
  }

  /** What was said of the run itself, as it was typed: nothing of the file and -j. */
  List<String> ofTheRun() {
    List<String> words = words();
    common.file().ifPresent(_ -> words.subList(0, 2).clear());
    jobs()
        .ifPresent(n -> {
          int at = words.indexOf("-j");
          words.subList(at, at + 2).clear();
        });
    return words;
  }

  /** As they were typed, without what is told elsewhere. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    common.file().ifPresent(file -> words.addAll(List.of("-f", file.toString())));
    common.set().forEach(assignment -> words.addAll(List.of("--set", assignment)));
    if (dryRun) {
      words.add("--dry-run");
    }
    jobs().ifPresent(n -> words.addAll(List.of("-j", n.toString())));
    if (failFast) {
      words.add("--fail-fast");
    }
    retries().ifPresent(n -> words.addAll(List.of("--retries", String.valueOf(n))));
    repeat().ifPresent(n -> words.addAll(List.of("--repeat", String.valueOf(n))));
    if (shell) {
      words.add("--shell");
    }
    if (keep) {
      words.add("--keep");
    }
    if (lastFailed) {
      words.add("--last-failed");
    }
    shard().ifPresent(it -> words.addAll(List.of("--shard", it.toString())));
    durations().ifPresent(it -> words.addAll(List.of("--durations", it)));
    part().ifPresent(it -> words.addAll(List.of("--part", it)));
    blocked.forEach((leg, outcome) -> words.addAll(List.of("--blocked", leg + "=" + outcome)));
    engine().ifPresent(it -> words.addAll(List.of("--engine", it)));
    engineConfig().ifPresent(it -> words.addAll(List.of("--engine-config", it.toString())));
    if (logDir != null) {
      words.addAll(List.of("--log-dir", logDir));
    }
    if (strict) {
      words.add("--strict");
    }
    words.addAll(legs);
    return words;
  }
}
