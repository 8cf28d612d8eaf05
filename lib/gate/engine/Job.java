package gate.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a cluster was handed and never told the end of, by what Nextflow wrote before it handed it
 * over, and by its log.
 *
 * @param folder where it works
 * @param cluster such as {@code SLURM}, by Nextflow's name
 * @param id the cluster's; empty where the head died before it was told
 */
record Job(String folder, String cluster, Optional<String> id) {
  static final String SLURM = "SLURM";
  static final String KUBERNETES = "KUBERNETES";
  static final String AWS = "AWS BATCH";

  private static final Pattern GRID =
      Pattern.compile(".*\\[([A-Z0-9]+)] submitted process .* > jobId: (\\S+); workDir: (.+)");
  private static final Pattern BATCH =
      Pattern.compile(".*\\[(AWS BATCH)] .* submitted > job=([^;\\s]+); work-dir=(.+)");
  private static final Pattern POD = Pattern.compile("\\bname: (nf-[\\w-]+)");
  private static final Map<String, String> DIRECTIVES =
      Map.of("#SBATCH ", SLURM, "#PBS ", "PBS", "#BSUB ", "LSF", "#$ ", "SGE");

  /** Says that Nextflow ended by itself, which it only does once it has cancelled its jobs. */
  private static final String GOODBYE = "Execution complete -- Goodbye";

  private static final int LOGS = 10; // so many Nextflow keeps

  /** Those of a flow. */
  static List<Job> of(EngineFolder engine) throws IOException {
    Map<String, Job> told = new LinkedHashMap<>();
    boolean ended = log(engine, told);
    List<Job> jobs = new ArrayList<>();
    for (Path folder : folders(engine.work())) {
      if (!Files.exists(folder.resolve(".exitcode"), NOFOLLOW_LINKS)) {
        Job job = told.get(folder.toString());
        (job == null ? written(folder) : Optional.of(job))
            .filter(it -> !ended || it.cluster().equals(SLURM)) // which can be asked
            .ifPresent(jobs::add);
      }
    }
    if (!ended) {
      told.values().stream().filter(it -> it.cluster().equals(AWS)).forEach(jobs::add);
    }
    return jobs;
  }

  /** Reads who was handed what, and whether the last of the logs has its end. */
  private static boolean log(EngineFolder engine, Map<String, Job> told) throws IOException {
    boolean ended = true;
    for (int i = LOGS; i >= 0; i--) {
      Path log = i == 0 ? engine.log() : Path.of(engine.log() + "." + i);
      if (Files.isRegularFile(log, NOFOLLOW_LINKS)) {
        ended = false;
        try (Stream<String> lines = Files.lines(log, ISO_8859_1)) {
          for (String line : (Iterable<String>) lines::iterator) {
            ended |= line.contains(GOODBYE);
            handed(line).ifPresent(it -> told.put(it.folder(), it));
          }
        }
      }
    }
    return ended;
  }

  private static Optional<Job> handed(String line) {
    return Stream.of(GRID, BATCH)
        .map(it -> it.matcher(line))
        .filter(Matcher::matches)
        .map(it -> new Job(it.group(3), it.group(1), Optional.of(it.group(2))))
        .findFirst();
  }

  private static List<Path> folders(Path work) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path group : list(work)) {
      folders.addAll(list(group));
    }
    return folders;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  /** By what lies in its folder; empty: it runs on the head's own machine. */
  private static Optional<Job> written(Path folder) throws IOException {
    Path yaml = folder.resolve(".command.yaml");
    if (Files.isRegularFile(yaml, NOFOLLOW_LINKS)) {
      Matcher pod = POD.matcher(Files.readString(yaml, ISO_8859_1));
      return Optional.of(
          new Job(
              folder.toString(),
              KUBERNETES,
              pod.find() ? Optional.of(pod.group(1)) : Optional.empty()));
    }
    Path script = folder.resolve(".command.run");
    if (!Files.isRegularFile(script, NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(script, ISO_8859_1)) {
      return lines
          .flatMap(
              line -> DIRECTIVES.entrySet().stream().filter(it -> line.startsWith(it.getKey())))
          .findFirst()
          .map(it -> new Job(folder.toString(), it.getValue(), Optional.empty()));
    }
  }
}
