package gate.cli;

import gate.base.Durations;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.journal.Entry;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.merge.Merge;
import gate.plan.Refused;
import gate.plan.Toggles;
import gate.report.Console;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix merge}. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes one run of the shards of one, with one journal, one set of reports and one verdict.",
      "It is RED where one is missing, doubled or of another run, or where two differ in what they"
          + " tested, or how."
    })
final class MergeCommand extends Answering {
  @Mixin private Common common;

  @Parameters(
      paramLabel = "DIR",
      arity = "1..*",
      description = "The shards' folders, or their runs' names, in any order.")
  private List<Path> parts = new ArrayList<>();

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description = "The merged run's folder; the same as LOG_DIR=DIR.")
  private String logDir;

  @Option(
      names = "--strict",
      description = "Exit code 3 for any PARTIAL, also if a toggle said so.")
  private boolean strict;

  @Option(
      names = "--follow",
      description =
          "Shows what the shards do until each has come to its end, also those that haven't begun;"
              + " then merges them. Ctrl-C merges them as they are.")
  private boolean follow;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      description =
          "How long the journal of a shard that is followed may stand still; by default"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "1h")
  private String patience;

  MergeCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    if (!patience.matches(Durations.PATTERN)) {
      throw new Refused(
          "--patience %s: a time is a whole number and one of %s, as `30m`"
              .formatted(Shown.value(patience), String.join(", ", Durations.UNITS)));
    }
    Project project = Project.load(world(), common.file());
    List<String> set = new ArrayList<>(common.set());
    if (logDir != null) {
      set.add("LOG_DIR=" + logDir);
    }
    Toggles toggles = project.toggles(set);
    Definition definition = project.definition();
    there(definition);
    RunFolder folder =
        RunFolder.create(
            definition.folder(),
            toggles.value(BuiltIn.LOG_DIR).map(Path::of),
            world().clock().instant());
    try (RunLock _ = RunLock.take(folder.path());
        RunReports reports = new RunReports(definition, folder)) {
      if (!parts.stream().allMatch(it -> dry(folder(definition, it)))) {
        reports.withdraw();
      }
      return follow
          ? followed(definition, toggles, folder, reports)
          : merged(definition, toggles, folder, reports);
    }
  }

  /** Refuses what is no part; one that is followed may not be there yet. */
  private void there(Definition definition) {
    List<String> problems = new ArrayList<>();
    for (Path named : parts) {
      Path part = folder(definition, named);
      String shown = Shown.value(named.toString());
      if (named.toString().isEmpty()) {
        problems.add("an empty text names no shard; name the folder of each");
      } else if (!follow && !Files.isDirectory(part)) {
        problems.add("there is no folder %s; name the folder of each shard".formatted(shown));
      } else if (!follow
          && !Files.exists(part.resolve(RunFolder.JOURNAL), LinkOption.NOFOLLOW_LINKS)) {
        problems.add(
            "%s holds no %s, so it is no shard's folder".formatted(shown, RunFolder.JOURNAL));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
  }

  /** Whether a part that has begun is a dry one, by the first line of its journal. */
  private static boolean dry(Path part) {
    Path journal = part.resolve(RunFolder.JOURNAL);
    if (!Files.isRegularFile(journal, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (BufferedReader lines = Files.newBufferedReader(journal)) {
      return String.valueOf(lines.readLine()).contains("\"dry\":true"); // no text holds that
    } catch (IOException e) {
      return false;
    }
  }

  private int followed(
      Definition definition, Toggles toggles, RunFolder folder, RunReports reports) {
    List<Path> folders = parts.stream().map(it -> shown(definition, it)).toList();
    Follower follower = new Follower(world(), folders, Durations.parse(patience));
    try (Interrupts interrupts = Interrupts.handledBy(follower::stop, false, () -> {})) {
      follower.run();
      int exitCode = merged(definition, toggles, folder, reports);
      interrupts.finished(exitCode);
      return exitCode;
    }
  }

  private int merged(Definition definition, Toggles toggles, RunFolder folder, RunReports reports) {
    List<Entry> entries =
        Merge.of(request(definition, toggles, folder), world().clock().instant(), reports::draft);
    List<String> problems = reports.place(entries).stream().toList();
    Console.report(world(), folder.path(), entries, problems);
    return problems.isEmpty()
        ? Judge.replayed(RunRecord.of(entries)).exitCode(strict)
        : ExitCode.RED;
  }

  private Merge.Request request(Definition definition, Toggles toggles, RunFolder folder) {
    return new Merge.Request(
        parts.stream().map(it -> folder(definition, it)).toList(),
        folder.path(),
        folder.name(),
        Version.GATE,
        definition.name(),
        definition.file().toString(),
        command(),
        strict,
        List.of(),
        toggles.secrets());
  }

  /** A folder, or a run by its name. */
  private Path folder(Definition definition, Path named) {
    Path there = world().folder().resolve(named).normalize();
    Path run = definition.folder().resolve(RunFolder.RUNS).resolve(named).normalize();
    return Files.exists(there) || !Files.exists(run) ? there : run;
  }

  /** A folder as it was typed; a run's is named in full. */
  private Path shown(Definition definition, Path named) {
    Path folder = folder(definition, named);
    return folder.equals(world().folder().resolve(named).normalize()) ? named : folder;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(List.of("./jbang", "matrix.java", "merge"));
    common.file().ifPresent(file -> command.addAll(List.of("-f", file.toString())));
    Optional.ofNullable(logDir).ifPresent(it -> command.addAll(List.of("--log-dir", it)));
    if (strict) {
      command.add("--strict");
    }
    if (follow) {
      command.add("--follow");
    }
    parts.forEach(it -> command.add(it.toString()));
    return command;
  }
}
