///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//JAVAC_OPTIONS -Xlint:all -Werror
//DEPS com.fasterxml.jackson.core:jackson-databind:2.20.1
//SOURCES Journals.java
//SOURCES ../lib/gate/base/*.java
//SOURCES ../lib/gate/journal/*.java
//SOURCES ../tests/gate/cli/Hostile.java

import gate.cli.Hostile;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.JournalReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Speed and memory, side by side with what a user would use instead, in one run: only ratios count.
 * Arguments choose benchmarks by name. Exit code 1 where a limit is missed, or couldn't be
 * measured.
 */
public final class Bench {
  private static final String JUST = "1.43.0";
  private static final List<String> NAMES =
      List.of(
          "list", "steps", "crates", "cpu", "output", "console", "replay", "verify", "scale",
          "hostile");

  private static final int STEPS = 1000;

  /** The gate's exit code for a definition that it doesn't take. */
  private static final int REFUSED = 2;

  private static final int LEGS = 4;

  /** As many legs as a definition can have. */
  private static final int MANY = 10_000;

  private static final int SHARD = 100;

  private final Path root;
  private final Path temp;
  private final List<String> wanted;
  private final List<String> table = new ArrayList<>();
  private boolean missed;

  private Bench(Path root, Path temp, List<String> wanted) {
    this.root = root;
    this.temp = temp;
    this.wanted = wanted;
  }

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(System.getProperty("gate.home", "")).toAbsolutePath();
    Path temp = Files.createTempDirectory("bench-").toRealPath();
    int code;
    try {
      code = new Bench(root, temp, List.of(arguments)).run();
    } finally {
      delete(temp);
    }
    System.exit(code);
  }

  private int run() throws Exception {
    if (wanted.contains("--list")) {
      NAMES.forEach(System.out::println);
      return 0;
    }
    List<String> unknown = wanted.stream().filter(it -> !NAMES.contains(it)).toList();
    if (!unknown.isEmpty()) {
      System.err.println("no benchmark is called %s; there are %s".formatted(unknown, NAMES));
      return 2;
    }
    gate(temp, "aot"); // also builds the gate
    bench("list", this::list);
    bench("steps", this::steps);
    bench("crates", this::crates);
    bench("cpu", this::cpu);
    bench("output", this::output);
    bench("console", this::console);
    bench("replay", this::replay);
    bench("verify", this::verify);
    bench("scale", this::scale);
    bench("hostile", this::hostile);
    table.forEach(System.out::println);
    delete(temp);
    return missed ? 1 : 0;
  }

  private interface Measure {
    void measure() throws Exception;
  }

  private void bench(String name, Measure measure) throws Exception {
    if (wanted.isEmpty() || wanted.contains(name)) {
      System.err.println("… " + name);
      measure.measure();
    }
  }

  private void row(String what, double ours, double theirs, double limit) {
    double ratio = ours / theirs;
    boolean ok = ratio <= limit;
    missed |= !ok;
    table.add(
        "%-52s %8.3f %8.3f   ratio %5.2f   limit %4.2f   %s"
            .formatted(what, ours, theirs, ratio, limit, ok ? "ok" : "MISSED"));
  }

  private void unmeasured(String what, String why) {
    missed = true;
    table.add("%-52s not measured: %s".formatted(what, why));
  }

  // ---- The benchmarks --------------------------------------------------------------------------

  private void list() throws Exception {
    Path project = project("list");
    file(project, "legs/one.groovy", "step('a') { exec('true') }\n");
    file(project, "matrix.yaml", "name: bench\nlegs: { one: { title: One } }\n");
    file(project, "naive.groovy", "def step(String n, Closure c) { c() }\nstep('a') { 'true' }\n");
    file(
        project,
        "naive.java",
        """
        ///usr/bin/env jbang "$0" "$@" ; exit $?
        //JAVA 25+
        //DEPS info.picocli:picocli:4.7.7
        //DEPS org.yaml:snakeyaml:2.5
        //DEPS org.apache.groovy:groovy:5.0.2
        //DEPS org.zeroturnaround:zt-exec:1.12
        import java.nio.file.*;
        import java.util.*;
        import picocli.CommandLine.*;
        @Command(name = "naive")
        public class naive implements Runnable {
          @Parameters(index = "0") Path yaml;
          @Parameters(index = "1") Path leg;
          public static void main(String[] a) { new picocli.CommandLine(new naive()).execute(a); }
          public void run() {
            try {
              Map<?, ?> y = new org.yaml.snakeyaml.Yaml().load(Files.readString(yaml));
              new groovy.lang.GroovyShell().parse(Files.readString(leg));
              System.out.println(((Map<?, ?>) y.get("legs")).keySet());
            } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
          }
        }
        """);
    String yaml = project.resolve("matrix.yaml").toString();
    List<String> ours = List.of("matrix.java", "list", "-f", yaml);
    List<String> theirs =
        List.of(
            "run",
            project.resolve("naive.java").toString(),
            yaml,
            project.resolve("naive.groovy").toString());
    gate(project, ours.toArray(String[]::new));
    gate(project, theirs.toArray(String[]::new));
    double[] pair =
        medians(
            9,
            () -> gate(project, ours.toArray(String[]::new)),
            () -> gate(project, theirs.toArray(String[]::new)));
    row("list, against a naive JBang script", pair[0], pair[1], 0.4);
  }

  private void steps() throws Exception {
    Path just = just();
    if (just == null) {
      unmeasured("1,000 no-op steps, against just", "just " + JUST + " can't be installed");
      return;
    }
    Path one = stepsProject("steps-few", LEGS);
    Path many = stepsProject("steps-1000", STEPS);
    List<String> few =
        List.of(just.toString(), "--justfile", justfile(one, LEGS).toString(), "all");
    List<String> all =
        List.of(just.toString(), "--justfile", justfile(many, STEPS).toString(), "all");
    double[] start = medians(3, () -> leg(one), () -> time(one, few));
    double[] whole = medians(5, () -> leg(many), () -> time(many, all));
    row(
        "1,000 no-op steps in 4 legs, start aside, against just",
        whole[0] - start[0],
        whole[1] - start[1],
        1.0);
  }

  private Path stepsProject(String name, int count) throws IOException {
    Path project = project(name);
    StringBuilder legs = new StringBuilder("name: bench\nlegs:\n");
    for (int leg = 1; leg <= LEGS; leg++) {
      legs.append("  leg").append(leg).append(": { title: Steps }\n");
      file(
          project,
          "legs/leg" + leg + ".groovy",
          "(1..%d).each { step(\"s$it\") { exec('true') } }%n".formatted(count / LEGS));
    }
    file(project, "matrix.yaml", legs.toString());
    return project;
  }

  private static Path justfile(Path project, int count) throws IOException {
    StringBuilder text = new StringBuilder("all:");
    for (int i = 1; i <= count; i++) {
      text.append(" s").append(i);
    }
    text.append('\n');
    for (int i = 1; i <= count; i++) {
      text.append("s").append(i).append(":\n  @true\n");
    }
    return file(project, "justfile", text.toString());
  }

  private void crates() throws Exception {
    Path project = project("crates");
    StringBuilder members = new StringBuilder();
    StringBuilder legs = new StringBuilder();
    StringBuilder script = new StringBuilder("set -e\n");
    for (int crate = 1; crate <= 5; crate++) {
      String name = "crate" + crate;
      members.append('"').append(name).append("\",");
      crate(project, name, sleeping(200));
      legs.append("  ").append(name).append(": { title: ").append(name).append(" }\n");
      file(
          project,
          "legs/" + name + ".groovy",
          "step('tests') { cargoTest('" + name + "', lib: true) }\n");
      script.append("cargo test -q --locked -p ").append(name).append(" --lib > /dev/null\n");
    }
    workspace(project, members, legs);
    Path plain = file(project, "plain.sh", script.toString());
    cargo(project, "generate-lockfile", "--offline");
    cargo(project, "test", "--no-run", "--workspace");
    leg(project);
    double[] pair =
        medians(
            5,
            () ->
                gate(
                    project,
                    "matrix.java",
                    "-f",
                    project.resolve("matrix.yaml").toString(),
                    "-j",
                    "5"),
            () -> time(project, List.of("sh", plain.toString())));
    row("5 crates × 200 tests of 10 ms, -j 5, against cargo test", pair[0], pair[1], 0.45);
  }

  /** 8 legs with 25 cases each and a step that prints, on a terminal and to nobody. */
  private void console() throws Exception {
    Path project = project("console");
    StringBuilder members = new StringBuilder();
    StringBuilder legs = new StringBuilder();
    for (int crate = 1; crate <= 8; crate++) {
      String name = "crate" + crate;
      members.append('"').append(name).append("\",");
      crate(project, name, sleeping(25, 200));
      legs.append("  ").append(name).append(": { title: ").append(name).append(" }\n");
      file(
          project,
          "legs/" + name + ".groovy",
          """
          step('tests') { cargoTest('%s', lib: true) }
          step('prints') { shell('for i in $(seq 200); do echo "line $i"; sleep 0.01; done') }
          """
              .formatted(name));
    }
    workspace(project, members, legs);
    cargo(project, "generate-lockfile", "--offline");
    cargo(project, "test", "--no-run", "--workspace");
    String yaml = project.resolve("matrix.yaml").toString();
    List<String> plain = gateCommand("matrix.java", "-j", "2", "-f", yaml);
    String line = "unset CI; TERM=xterm exec " + String.join(" ", plain);
    List<String> terminal = List.of("script", "-qefc", line, "/dev/null");
    time(project, plain);
    time(project, terminal);
    double[] pair =
        medians(5, () -> time(project, terminal), () -> time(project, plain) - afterLegs(project));
    row("8 legs, 200 cases, terminal and reports, against neither", pair[0], pair[1], 1.03);
  }

  /** From the end of the last run's last leg to the run's own: its reports, and a little more. */
  private static double afterLegs(Path project) throws IOException {
    Path journal;
    try (Stream<Path> runs = Files.list(project.resolve(".cccc/work/integration-matrix"))) {
      journal = runs.max(Comparator.naturalOrder()).orElseThrow().resolve("events.jsonl");
    }
    List<Entry> entries = JournalReader.read(journal);
    long legs =
        entries.stream()
            .filter(it -> it.event() instanceof Event.LegFinished)
            .mapToLong(Entry::millis)
            .max()
            .orElseThrow();
    return (entries.getLast().millis() - legs) / 1e3;
  }

  private static String sleeping(int count) {
    return sleeping(count, 10);
  }

  private static String sleeping(int count, int millis) {
    StringBuilder tests = new StringBuilder();
    for (int i = 0; i < count; i++) {
      tests.append(
          "#[test] fn t%d() { std::thread::sleep(std::time::Duration::from_millis(%d)) }%n"
              .formatted(i, millis));
    }
    return tests.toString();
  }

  private void cpu() throws Exception {
    Path project = project("cpu");
    StringBuilder tests = new StringBuilder();
    for (int i = 0; i < 48; i++) {
      tests.append(
          """
          #[test] fn t%d() {
              let mut x: u64 = %d;
              for _ in 0..200_000_000u64 { x = std::hint::black_box(x.wrapping_mul(6364136223846793005).wrapping_add(1)); }
              assert_ne!(x, 0);
          }
          """
              .formatted(i, i + 1));
    }
    crate(project, "burner", tests.toString());
    workspace(
        project,
        new StringBuilder("\"burner\""),
        new StringBuilder("  burner: { title: Burner }\n"));
    file(project, "legs/burner.groovy", "step('tests') { cargoTest('burner', lib: true) }\n");
    Path plain = file(project, "plain.sh", "cargo test -q --locked -p burner --lib > /dev/null\n");
    cargo(project, "generate-lockfile", "--offline");
    cargo(project, "test", "--no-run", "--workspace");
    leg(project);
    double[] pair =
        medians(3, () -> leg(project), () -> time(project, List.of("sh", plain.toString())));
    row("a CPU-bound suite of some 25 s, against cargo test", pair[0], pair[1], 1.05);
  }

  private void output() throws Exception {
    Path project = project("output");
    String command = "yes 0123456789012345678901234567890123456789 | head -c 1000000000";
    file(project, "matrix.yaml", "name: bench\nlegs: { one: { title: One } }\n");
    file(
        project,
        "legs/one.groovy",
        "step('start') { exec('true') }\nstep('much') { exec('sh', '-c', '" + command + "') }\n");
    List<String> plain = List.of("sh", "-c", command + " > " + project.resolve("out"));
    long[] peak = {0};
    double[] pair =
        medians(
            5,
            () -> watched(project, peak),
            () -> {
              double seconds = time(project, plain);
              Files.delete(project.resolve("out"));
              return seconds;
            });
    row("a step that prints 1 GB, against a redirect", pair[0], pair[1], 1.2);
    row("  the gate's peak memory in MB, against 200", peak[0] / 1000.0, 200, 1.0);
  }

  /**
   * All reports of a run from its journal, against reading the same file as trees of JSON alone.
   */
  private void replay() throws Exception {
    Path project = project("replay");
    file(project, "matrix.yaml", "name: bench\nlegs: { one: { title: One } }\n");
    file(project, "legs/one.groovy", "step('a') { exec('true') }\n");
    Path naive =
        file(
            project,
            "naive.java",
            """
            ///usr/bin/env jbang "$0" "$@" ; exit $?
            //JAVA 25+
            //DEPS com.fasterxml.jackson.core:jackson-databind:2.20.1
            import com.fasterxml.jackson.databind.*;
            import java.nio.file.*;
            import java.util.*;
            public class naive {
              public static void main(String[] a) throws Exception {
                ObjectMapper json = new ObjectMapper();
                List<JsonNode> all = new ArrayList<>();
                for (String line : Files.readAllLines(Path.of(a[0]))) { all.add(json.readTree(line)); }
                System.out.println(all.size());
              }
            }
            """);
    int[] sizes = {25_000, 50_000, 100_000};
    double[] ours = new double[sizes.length];
    double[] theirs = new double[sizes.length];
    long[] peak = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      Path run = Files.createDirectories(project.resolve("run-" + sizes[i]));
      Journals.write(run.resolve("events.jsonl"), sizes[i]);
      List<String> report =
          gateCommand(
              "matrix.java",
              "report",
              run.toString(),
              "-f",
              project.resolve("matrix.yaml").toString(),
              "--as",
              "replay",
              "--to",
              run.resolve("reports").toString());
      List<String> tree =
          gateCommand("run", naive.toString(), run.resolve("events.jsonl").toString());
      time(project, tree); // builds it
      int size = i;
      double[] pair =
          medians(3, () -> peaking(project, report, peak, size), () -> time(project, tree));
      ours[i] = pair[0];
      theirs[i] = pair[1];
      System.err.printf(
          "  %,d cases: %.2f s, %d MB; as trees: %.2f s%n",
          sizes[i], ours[i], peak[i] / 1000, theirs[i]);
    }
    row("100,000 cases into all reports, seconds against 5", ours[2], 5, 1.0);
    row("  peak memory in MB, against 512", peak[2] / 1000.0, 512, 1.0);
    row("  four times as much as 25,000 cases, in turn", ours[2], ours[0] * 4, 1.0);
    row("  against reading the file as trees of JSON", ours[2], theirs[2], 3.0);
  }

  /** Each of 50 kept runs has 20 logs and 1,000 cases. */
  private void verify() throws Exception {
    Path project = project("verify");
    String yaml = project.resolve("matrix.yaml").toString();
    StringBuilder steps = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      steps.append("step('s%d') { exec('seq', '2000') }\n".formatted(i));
    }
    file(project, "legs/one.groovy", steps.toString());
    file(project, "matrix.yaml", "name: bench\nlegs: { one: { title: One } }\n");
    file(project, ".gitignore", ".cccc/\n");
    List<String> git = List.of("git", "-c", "user.name=n", "-c", "user.email=e");
    time(project, concat(git, "init", "-q"));
    time(project, concat(git, "add", "-A"));
    time(project, concat(git, "commit", "-q", "-m", "m"));
    time(project, gateCommand("matrix.java", "-f", yaml));
    Path runs = project.resolve(".cccc/work/integration-matrix");
    Path run;
    try (Stream<Path> all = Files.list(runs)) {
      run = all.findFirst().orElseThrow();
    }
    String name = run.getFileName().toString();
    String journal = Files.readString(run.resolve("events.jsonl"));
    for (int i = 0; i < 50; i++) {
      String other = "20260101T0000%02dZ".formatted(i);
      Path copy = runs.resolve(other);
      time(project, List.of("cp", "-r", run.toString(), copy.toString()));
      Files.writeString(
          copy.resolve("events.jsonl"), Journals.withCases(journal.replace(name, other), 1000));
      time(
          project,
          gateCommand("matrix.java", "report", other, "--to", copy.toString(), "-f", yaml));
      time(project, gateCommand("matrix.java", "evidence", "promote", other, "-f", yaml));
    }
    List<String> verify = gateCommand("matrix.java", "evidence", "verify", "-f", yaml);
    List<String> list = gateCommand("matrix.java", "evidence", "list", "-f", yaml);
    List<String> sums =
        List.of(
            "sh", "-c", "for d in docs/evidence/*/; do (cd $d && sha256sum -c SHA256SUMS); done");
    double[] pair = medians(3, () -> time(project, verify), () -> time(project, sums));
    double start = medians(3, () -> time(project, list), () -> 0)[0];
    System.err.printf(
        "  50 kept runs: %.2f s, of it start-up %.2f s; sha256sum: %.2f s%n",
        pair[0], start, pair[1]);
    row("50 kept runs verified, start-up aside, seconds against 5", pair[0] - start, 5, 1.0);
  }

  /** A quarter of the legs, and all that can be, in shards of 100 each. */
  private void scale() throws Exception {
    Scale start = new Scale(SHARD);
    Scale few = new Scale(MANY / 4);
    Scale many = new Scale(MANY);
    for (Scale it : List.of(start, few, many)) {
      it.run();
      System.err.printf(
          "  %,6d legs: plan %.2f s, %d MB; %d shards %.1f s, the longest %.2f s; merge %.2f s, %d"
              + " MB%n",
          it.legs,
          it.plan,
          it.peak[0] / 1000,
          it.legs / SHARD,
          it.shards,
          it.longest,
          it.merge,
          it.peak[1] / 1000);
    }
    row(
        "a plan of 10,000 legs, start aside, against 4 × 2,500",
        many.plan - start.plan,
        4 * (few.plan - start.plan),
        1.3);
    row("  peak memory in MB, against 512", many.peak[0] / 1000.0, 512, 1.0);
    row(
        "10,000 no-op legs in 100 shards, against 4 × 2,500 in 25",
        many.shards,
        4 * few.shards,
        2.5); // each shard makes the whole plan
    row(
        "merging them, start aside, against 4 × 2,500",
        many.merge - start.merge,
        4 * (few.merge - start.merge),
        1.3);
    row("  peak memory in MB, against 512", many.peak[1] / 1000.0, 512, 1.0);
  }

  /** So many no-op legs, and how long what is done with them takes. */
  private final class Scale {
    private static final int CELLS = 50;

    private final int legs;
    private final long[] peak = new long[2];
    private double plan;
    private double shards;
    private double longest;
    private double merge;

    Scale(int legs) {
      this.legs = legs;
    }

    void run() throws Exception {
      Path project = project("scale-" + legs);
      StringBuilder yaml = new StringBuilder("name: bench\nlegs:\n");
      String cells =
          java.util.stream.IntStream.range(0, CELLS)
              .mapToObj(String::valueOf)
              .collect(java.util.stream.Collectors.joining(", "));
      for (int i = 0; i < legs / CELLS; i++) {
        yaml.append("  leg%d: { title: A leg, axes: { n: [%s] } }\n".formatted(i, cells));
        file(project, "legs/leg%d.groovy".formatted(i), "step('nothing') { exec 'true' }\n");
      }
      file(project, "matrix.yaml", yaml.toString());
      file(project, ".gitignore", ".cccc/\n");
      List<String> git = List.of("git", "-c", "user.name=n", "-c", "user.email=e");
      time(project, concat(git, "init", "-q"));
      time(project, concat(git, "add", "-A"));
      time(project, concat(git, "commit", "-q", "-m", "m"));
      List<String> planned = command(project, "plan");
      time(project, planned); // compiles the scripts
      double[] plans = new double[3];
      for (int i = 0; i < plans.length; i++) {
        plans[i] = peaking(project, planned, peak, 0);
      }
      plan = java.util.Arrays.stream(plans).sorted().toArray()[1];
      List<String> merged = command(project, "merge");
      for (int i = 1; i <= legs / SHARD; i++) {
        String folder = ".cccc/shard-" + i;
        double seconds =
            time(
                project,
                command(project, "run", "--shard", i + "/" + legs / SHARD, "--log-dir", folder));
        shards += seconds;
        longest = Math.max(longest, seconds);
        merged.add(folder);
      }
      merge = peaking(project, merged, peak, 1);
      delete(project);
    }

    private List<String> command(Path project, String... words) {
      List<String> argv = gateCommand("matrix.java");
      argv.addAll(List.of(words));
      argv.addAll(List.of("-f", project.resolve("matrix.yaml").toString()));
      return argv;
    }
  }

  /** Each definition that was written to harm is refused, start-up and all. */
  private void hostile() throws Exception {
    Path project = project("hostile");
    Path file = project.resolve("matrix.yaml");
    List<String> lint = gateCommand("matrix.java", "lint", "-f", file.toString());
    double slowest = 0;
    long[] peak = {0};
    for (Hostile definition : Hostile.values()) {
      Files.write(file, definition.bytes());
      long[] own = {0};
      double seconds =
          medians(3, () -> peaking(startUnheard(project, lint), REFUSED, own, 0), () -> 0)[0];
      System.err.printf("  %-30s %.2f s, %d MB%n", definition, seconds, own[0] / 1000);
      slowest = Math.max(slowest, seconds);
      peak[0] = Math.max(peak[0], own[0]);
    }
    row("the slowest refusal of a hostile file, seconds against 1", slowest, 1, 1.0);
    row("  peak memory in MB, against 256", peak[0] / 1000.0, 256, 1.0);
  }

  private static List<String> concat(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static double peaking(Path folder, List<String> argv, long[] peak, int at)
      throws Exception {
    return peaking(start(folder, argv), 0, peak, at);
  }

  /** How long a process that just started takes to end with an exit code. */
  private static double peaking(Process process, int code, long[] peak, int at) throws Exception {
    long from = System.nanoTime();
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      peak[at] = Math.max(peak[at], peakOf(process.pid()));
    }
    if (process.exitValue() != code) {
      throw new IllegalStateException(
          "%s ended with %d".formatted(process.info().commandLine(), process.exitValue()));
    }
    return (System.nanoTime() - from) / 1e9;
  }

  /** A run whose JVM's peak of memory is watched; its logs are deleted. */
  private double watched(Path project, long[] peak) throws Exception {
    long from = System.nanoTime();
    Process process =
        start(project, gateCommand("matrix.java", "-f", project.resolve("matrix.yaml").toString()));
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      peak[0] = Math.max(peak[0], peakOf(process.pid()));
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("the gate ended with " + process.exitValue());
    }
    double seconds = stepSeconds(project.resolve(".cccc/work/integration-matrix"));
    delete(project.resolve(".cccc/work"));
    return seconds;
  }

  /** How long the second step of the only run took, by its journal. */
  private static double stepSeconds(Path runs) throws IOException {
    try (var folders = Files.list(runs)) {
      String journal = Files.readString(folders.findFirst().orElseThrow().resolve("events.jsonl"));
      Matcher step =
          Pattern.compile("\"event\":\"step-finished\".*\"step\":2,.*\"millis\":(\\d+)")
              .matcher(journal);
      if (!step.find()) {
        throw new IllegalStateException("no step in the journal");
      }
      return Long.parseLong(step.group(1)) / 1000.0;
    }
  }

  /** In kB; the wrapper becomes the gate's JVM by exec. */
  private static long peakOf(long pid) {
    try {
      Matcher line =
          Pattern.compile("VmHWM:\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      return line.find() ? Long.parseLong(line.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  // ---- Projects --------------------------------------------------------------------------------

  private Path project(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name));
  }

  private static void workspace(Path project, CharSequence members, CharSequence legs)
      throws IOException {
    file(project, "Cargo.toml", "[workspace]\nmembers = [" + members + "]\nresolver = \"2\"\n");
    file(project, "matrix.yaml", "name: bench\nworkspaces: { all: { path: . } }\nlegs:\n" + legs);
  }

  private static void crate(Path project, String name, String tests) throws IOException {
    file(
        project,
        name + "/Cargo.toml",
        "[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = \"2021\"\n".formatted(name));
    file(project, name + "/src/lib.rs", tests);
  }

  private static Path file(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  // ---- Running and timing ----------------------------------------------------------------------

  private interface Timed {
    double seconds() throws Exception;
  }

  /** Medians of both, measured in turn. */
  private static double[] medians(int rounds, Timed ours, Timed theirs) throws Exception {
    List<Double> our = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      our.add(ours.seconds());
      their.add(theirs.seconds());
    }
    return new double[] {
      our.stream().sorted().toList().get(rounds / 2),
      their.stream().sorted().toList().get(rounds / 2)
    };
  }

  private double leg(Path project) throws Exception {
    return gate(project, "matrix.java", "-f", project.resolve("matrix.yaml").toString());
  }

  private double gate(Path folder, String... arguments) throws Exception {
    return time(folder, gateCommand(arguments));
  }

  private List<String> gateCommand(String... arguments) {
    List<String> argv = new ArrayList<>(List.of(root.resolve("jbang").toString()));
    argv.addAll(List.of(arguments));
    return argv;
  }

  private static void cargo(Path folder, String... arguments) throws Exception {
    List<String> argv = new ArrayList<>(List.of("cargo"));
    argv.addAll(List.of(arguments));
    time(folder, argv);
  }

  private static double time(Path folder, List<String> argv) throws Exception {
    long from = System.nanoTime();
    int code = start(folder, argv).waitFor();
    double seconds = (System.nanoTime() - from) / 1e9;
    if (code != 0) {
      throw new IllegalStateException("%s ended with exit code %d".formatted(argv, code));
    }
    return seconds;
  }

  private static Process start(Path folder, List<String> argv) throws IOException {
    return start(folder, argv, Redirect.INHERIT);
  }

  private static Process startUnheard(Path folder, List<String> argv) throws IOException {
    return start(folder, argv, Redirect.DISCARD);
  }

  private static Process start(Path folder, List<String> argv, Redirect errors) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(errors);
    Map<String, String> env = new LinkedHashMap<>(Map.of("LC_ALL", "C.UTF-8"));
    builder.environment().putAll(env);
    return builder.start();
  }

  /** just, from the PATH or built once into the user's cache; null where that fails. */
  private Path just() throws Exception {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, "just"))) {
        return Path.of(folder, "just");
      }
    }
    Path cache =
        Path.of(System.getProperty("user.home"), ".cache", "integration-matrix", "just-" + JUST);
    if (!Files.isExecutable(cache.resolve("bin/just"))) {
      System.err.println("building just " + JUST + ", once");
      try {
        cargo(temp, "install", "just", "--version", JUST, "--locked", "--root", cache.toString());
      } catch (IllegalStateException | IOException e) {
        System.err.println(e.getMessage());
        return null;
      }
    }
    return cache.resolve("bin/just");
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static {
    Locale.setDefault(Locale.ROOT);
  }
}
