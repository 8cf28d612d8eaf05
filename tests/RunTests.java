///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS org.junit.jupiter:junit-jupiter:6.0.1
//DEPS org.junit.platform:junit-platform-launcher:6.0.1
//DEPS org.assertj:assertj-core:3.27.6
//DEPS com.tngtech.archunit:archunit:1.4.1
//DEPS com.code-intelligence:jazzer:0.30.0
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../matrix.java
//SOURCES gate/**/*.java
//JAVAC_OPTIONS -Xlint:all,-processing -Werror
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -XX:-MaxFDLimit
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import gate.soak.Told;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * All tests: JUnit's, the wrapper's, and the reference workspace's. The last line is {@code N
 * passed, N failed, N skipped}; exit code 0 only if something passed and nothing failed.
 */
public final class RunTests {
  private static final String USAGE =
      """
      Usage: ./jbang test [PART…]

      Runs all tests, or those of a PART: the JUnit classes with that in their names (gate.cli, RunTest),
      `wrapper` for tests/wrapper/check.sh, `reference` for the tests of the reference workspace.
      All tests run in three processes side by side; `rest` is the classes of the first one.
      Not part of all tests: `sabotage` for the legs against a platform that is broken on purpose (8 minutes; CI runs it),
      `slurm` for the whole matrix over a real Slurm (a quarter of an hour), and `soak` for each sabotage three times, 20 whole
      runs, hundreds of kills and a quarter of an hour of inputs at random, which takes more than an hour, and keeps in
      docs/soak.md what it saw; `soak PART…` for some of its classes alone, once more.
      The last line is `N passed, N failed, N skipped`; exit code 0 only if something passed and nothing failed.
      """;

  /**
   * A test or a line of output has to come in this time; a build from empty caches takes minutes.
   */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  /** What the long test does more of: kills, and seconds of inputs at random. */
  private static final Map<String, String> LONGER =
      Map.of("gate.kills", "100", "gate.fuzz.seconds", "300", "gate.promote.bytes", "2000000000");

  /** The classes that do so. */
  private static final List<String> LONG =
      List.of(
          ".*FuzzTest",
          ".*\\.KillTest",
          ".*\\.AnyMomentTest",
          ".*\\.PromoteTest",
          "gate\\.soak\\..*");

  /** The part that is every class which no lane names. */
  private static final String REST = "rest";

  /**
   * Who runs all tests side by side: processes of their own, none below another, as a guardian that
   * a test starts in its own process clears below that. The first has the tests that mind load; the
   * second is together about as long, and takes what the first leaves of the processor; the third
   * waits, once it is built.
   */
  private static final List<List<String>> LANES =
      List.of(
          List.of(REST, "wrapper"),
          List.of(
              "FuzzTest",
              "BypassTest",
              "ExportTest",
              "FullTest",
              "InjectionTest",
              "InputsTest",
              "LostTest",
              "MergeTest",
              "NewTest",
              "NewcomerTest",
              "OldRunsTest",
              "PlantedTest",
              "RefusalTest",
              "ReleaseTest",
              "ResumeTest",
              "SecretsRunTest",
              "ShardTest"),
          List.of("reference"));

  private static final Pattern CLOSING =
      Pattern.compile("(\\d+) passed, (\\d+) failed, (\\d+) skipped");

  /** A class's line. */
  private static final Pattern SUM =
      Pattern.compile(".*: \\d+ passed, \\d+ failed, \\d+ skipped, [\\d.]+ s");

  private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+).*");
  private static final Pattern CARGO =
      Pattern.compile("test result: \\S+ (\\d+) passed; (\\d+) failed; (\\d+) ignored;.*");

  private static final PrintStream OUT = System.out;

  /** Who ends the run keeps it: then nothing more is said. */
  private static final Object TURN = new Object();

  private static Path scratch;

  private final Path root;
  private final List<String> wanted;
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final List<String> failures = new ArrayList<>();
  private final AtomicLong lastSign = new AtomicLong(System.nanoTime());
  private volatile String current = "the start";

  private RunTests(Path root, List<String> wanted) {
    this.root = root;
    this.wanted = wanted;
  }

  public static void main(String[] arguments) throws IOException {
    List<String> wanted = List.of(arguments);
    if (wanted.stream().anyMatch(it -> it.isBlank() || it.startsWith("-"))) {
      boolean help = wanted.equals(List.of("--help")) || wanted.equals(List.of("-h"));
      (help ? OUT : System.err).print(USAGE);
      System.exit(help ? 0 : 2);
    }
    scratch = Files.createTempDirectory("gate-tests-");
    System.setProperty("gate.scratch", scratch.toString());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              synchronized (TURN) {
                leaveNothing();
              }
            }));
    Path root = Path.of(System.getProperty("gate.home", "")).toAbsolutePath();
    System.exit(new RunTests(root, wanted).run());
  }

  private int run() {
    watch();
    Set<String> unknown = new LinkedHashSet<>(wanted);
    if (wanted.isEmpty()) {
      List<FutureTask<Ended>> lanes = LANES.stream().map(this::lane).toList();
      lanes.forEach(it -> part("the lanes", () -> count(it.get())));
    } else {
      part("JUnit", () -> junit(unknown));
    }
    if (wanted.contains("wrapper")) {
      unknown.remove("wrapper");
      part("tests/wrapper/check.sh", this::wrapper);
    }
    if (wanted.contains("slurm")) {
      unknown.remove("slurm");
      part("tests/slurm/check.sh", () -> tap("Slurm", "tests/slurm/check.sh"));
    }
    if (wanted.contains("reference")) {
      unknown.remove("reference");
      part("the reference workspace", this::reference);
    }
    unknown.forEach(it -> fail("`" + it + "`: no test class, nor another part, is called that"));
    stillRunning().forEach(it -> fail("left running: " + commandLine(it)));
    return close();
  }

  private interface Part {
    void run() throws Exception;
  }

  /** Whatever goes wrong with one, the others run, and the sum is told. */
  private void part(String name, Part part) {
    sign(name);
    try {
      part.run();
    } catch (Exception | LinkageError e) {
      fail(name + " could not be run", e);
    }
  }

  // ---- Telling ---------------------------------------------------------------------------------

  private static void say(String text, Object... arguments) {
    String line = arguments.length == 0 ? text : String.format(Locale.ROOT, text, arguments);
    synchronized (TURN) {
      OUT.println(line);
    }
  }

  private void fail(String what, Throwable... why) {
    synchronized (TURN) {
      failures.add(what);
      say("not ok " + what);
      for (Throwable e : why) {
        print(e);
      }
    }
  }

  private int failed() {
    synchronized (TURN) {
      return failures.size();
    }
  }

  private void skip(String what, String why) {
    skipped.incrementAndGet();
    say("skip " + what + ": " + why);
  }

  /** Says the closing line, and gives the exit code. */
  private int close() {
    synchronized (TURN) {
      if (failures.size() > 1) {
        say("");
        failures.forEach(it -> say("failed: " + it));
      }
      String closing =
          "%d passed, %d failed, %d skipped".formatted(passed.get(), failed(), skipped.get());
      if (soak()) {
        Told.line("\n" + closing);
      }
      say(closing);
      OUT.flush();
      return failures.isEmpty() && passed.get() > 0 ? 0 : 1;
    }
  }

  private static void print(Throwable e) {
    int depth = 0;
    for (Throwable at = e; at != null && depth < 5; at = at.getCause(), depth++) {
      say(
          "    "
              + (depth == 0 ? "" : "caused by ")
              + at.toString().strip().replace("\n", "\n    ")
              + trace(at.getStackTrace(), 12));
      for (Throwable other : at.getSuppressed()) {
        say("    and " + other.toString().strip().replace("\n", "\n    "));
      }
    }
  }

  private static String trace(StackTraceElement[] stack, int most) {
    StringBuilder trace = new StringBuilder();
    Arrays.stream(stack)
        .filter(it ->
            !it.getClassName().startsWith("org.junit.")
                && !it.getClassName().startsWith("jdk.internal.")
                && !it.getClassName().startsWith("java.util.stream."))
        .limit(most)
        .forEach(it -> trace.append("\n      at ").append(it));
    return trace.toString();
  }

  // ---- A test that hangs is named, not waited for
  // ------------------------------------------------

  private void sign(String what) {
    current = what;
    lastSign.set(System.nanoTime());
  }

  private void watch() {
    Thread.ofPlatform()
        .daemon()
        .name("watchdog")
        .start(() -> {
          try {
            while (System.nanoTime() - lastSign.get() < SILENCE.toNanos()) {
              Thread.sleep(1000);
            }
          } catch (InterruptedException e) {
            return;
          }
          hangs();
        });
  }

  private void hangs() {
    synchronized (TURN) {
      fail("%s: nothing happened for %d minutes".formatted(current, SILENCE.toMinutes()));
      Thread.getAllStackTraces()
          .forEach((thread, stack) -> say("    " + thread + trace(stack, 25)));
      for (ProcessHandle process : running().toList()) {
        say("    still running: " + commandLine(process));
        if (process.info().command().orElse("").endsWith("/java")) {
          dump(process);
        }
      }
      leaveNothing();
      close();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void dump(ProcessHandle java) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Path threads = Files.createTempFile(scratch, "threads", "");
      Process process =
          new ProcessBuilder(jcmd, Long.toString(java.pid()), "Thread.print")
              .redirectErrorStream(true)
              .redirectOutput(threads.toFile())
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      try (Stream<String> lines = Files.lines(threads)) {
        lines.limit(300).forEach(line -> say("      " + line));
      }
    } catch (IOException | UncheckedIOException | InterruptedException e) {
      say("      its threads are unknown: " + e);
    }
  }

  // ---- Nothing is left behind
  // --------------------------------------------------------------------

  /** What a test is given as its temporary folder goes, too, where the run is broken off. */
  public static final class Folders implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
        throws IOException {
      return Files.createTempDirectory(scratch, "");
    }
  }

  /** Our children that run although they had time to end. */
  private static List<ProcessHandle> stillRunning() {
    for (int i = 0; i < 50 && running().findAny().isPresent(); i++) {
      pause();
    }
    return running().toList();
  }

  /**
   * Without the dead: some tests have this JVM adopt orphans, which then are zombies until it ends.
   */
  private static Stream<ProcessHandle> running() {
    return ProcessHandle.current().descendants().filter(it -> !isZombie(it));
  }

  private static boolean isZombie(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return !process.isAlive(); // no /proc, or just gone
    }
  }

  private static void leaveNothing() {
    Set<ProcessHandle> told = new HashSet<>();
    for (int i = 0; i < 70 && (running().findAny().isPresent() || Files.exists(scratch)); i++) {
      boolean patient = i < 50;
      // a test that was broken off goes on meanwhile, and may start and write more
      for (ProcessHandle it : running().toList()) {
        if (!patient) {
          it.destroyForcibly();
        } else if (told.add(it)) {
          it.destroy();
        }
      }
      if (running().findAny().isEmpty()) {
        try {
          delete(scratch);
          continue;
        } catch (IOException e) {
          // it is still written to, or is gone
        }
      }
      pause();
    }
  }

  private static void delete(Path folder) throws IOException {
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
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String commandLine(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    String line = info.commandLine().or(info::command).orElse("");
    return process.pid() + " " + (line.length() <= 300 ? line : line.substring(0, 300) + "…");
  }

  // ---- JUnit ---------------------------------------------------------------------------------

  /** Whether this is the long test, whose docs/soak.md tells what was seen. */
  private boolean soak() {
    return wanted.contains("soak");
  }

  /** What is wanted, and of the long test where that is wanted; empty: all. */
  private List<String> soaked() {
    return wanted.stream().filter(it -> !it.equals("soak")).toList();
  }

  private void tellOfSoak() throws IOException, InterruptedException {
    List<String> commit = new ArrayList<>();
    lines(List.of("git", "describe", "--always", "--dirty", "--exclude=*"), root, commit);
    String line =
        "`./jbang test %s` at %s, begun %s, %d cores; %s."
            .formatted(
                String.join(" ", wanted),
                String.join(" ", commit),
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                new TreeMap<>(LONGER));
    if (soaked().isEmpty()) {
      Told.begin("# The long test\n\n%s This file is written by that test.\n".formatted(line));
    } else {
      Told.line("\n## A part once more\n\n%s\n".formatted(line));
    }
  }

  /** Runs every class in the package {@code gate} that has tests, whatever it is called. */
  private void junit(Set<String> unknown) throws IOException, InterruptedException {
    if (soak()) {
      tellOfSoak();
      LONGER.forEach(System::setProperty);
      unknown.remove("soak");
    }
    boolean rest = wanted.contains(REST);
    unknown.remove(REST);
    String others =
        LANES.stream()
            .flatMap(List::stream)
            .filter(it -> !it.equals(REST))
            .collect(Collectors.joining("|"));
    String[] patterns =
        (rest
                ? Stream.of(".*")
                : wanted.equals(List.of("soak"))
                    ? LONG.stream()
                    : soaked().stream().map(it -> ".*" + Pattern.quote(it) + ".*"))
            .toArray(String[]::new);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage("gate"))
            .filters(
                ClassNameFilter.includeClassNamePatterns(patterns),
                ClassNameFilter.excludeClassNamePatterns(
                    soak() ? "(?!)" : "gate\\.soak\\..*",
                    rest ? ".*(?:" + others + ").*|gate\\.sabotage\\..*" : "(?!)"))
            .configurationParameter(
                "junit.jupiter.testclass.order.default",
                "org.junit.jupiter.api.ClassOrderer$ClassName")
            .configurationParameter(
                "junit.jupiter.tempdir.factory.default", Folders.class.getName())
            // A method that JUnit passes over is a failure, not a warning that no one reads.
            .configurationParameter("junit.platform.discovery.issue.severity.critical", "WARNING")
            .build();
    Launcher launcher = LauncherFactory.create();
    TestPlan plan = launcher.discover(request);
    plan.getRoots().stream()
        .flatMap(it -> plan.getDescendants(it).stream())
        .flatMap(it -> className(it).stream())
        .forEach(name -> unknown.removeIf(name::contains));
    long before = passed.get() + failed() + skipped.get();
    launcher.execute(plan, new Progress());
    boolean elsewhere =
        !soaked().isEmpty() && List.of("wrapper", "reference", "slurm").containsAll(soaked());
    if (passed.get() + failed() + skipped.get() == before && !elsewhere && unknown.isEmpty()) {
      fail("JUnit found no test");
    }
  }

  private static Optional<String> className(TestIdentifier test) {
    return test.getSource()
        .filter(ClassSource.class::isInstance)
        .map(it -> ((ClassSource) it).getClassName());
  }

  /** A line a class, and all of a failure. */
  private final class Progress implements TestExecutionListener {
    /** How things stood when something started. */
    private record Start(long nanos, long passed, int failed, long skipped) {}

    private final Map<String, Start> starts = new HashMap<>();
    private TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
      plan = testPlan;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      sign(name(test));
      if (className(test).isPresent()) {
        starts.put(
            test.getUniqueId(),
            new Start(System.nanoTime(), passed.get(), failed(), skipped.get()));
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      long tests = plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
      skipped.addAndGet(Math.max(0, tests - 1));
      skip(name(test), reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      sign(name(test));
      switch (result.getStatus()) {
        case SUCCESSFUL -> passed.addAndGet(test.isTest() ? 1 : 0);
        case ABORTED ->
            skip(name(test), result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
        case FAILED -> fail(name(test), result.getThrowable().stream().toArray(Throwable[]::new));
      }
      Start start = starts.remove(test.getUniqueId());
      if (start != null) {
        String line =
            String.format(
                Locale.ROOT,
                "%s %s: %d passed, %d failed, %d skipped, %.1f s",
                failed() == start.failed() ? "ok" : "not ok",
                name(test),
                passed.get() - start.passed(),
                failed() - start.failed(),
                skipped.get() - start.skipped(),
                (System.nanoTime() - start.nanos()) / 1e9);
        say(line);
        if (soak()) {
          Told.line("\n- " + line);
        }
      }
    }

    private String name(TestIdentifier test) {
      String parent =
          plan.getParent(test)
              .filter(it -> it.getParentId().isPresent())
              .map(it -> name(it) + " › ")
              .orElse("");
      String shown = test.getDisplayName().replace('_', ' ').replaceFirst("\\(\\)$", "");
      return parent
          + (parent.isEmpty()
              ? className(test).map(it -> chosenBy(it, shown)).orElse(shown)
              : shown);
    }

    /** A class by what chooses it, too. */
    private static String chosenBy(String className, String shown) {
      String simple = className.substring(className.lastIndexOf('.') + 1);
      return shown.equals(simple) ? simple : simple + " (" + shown + ")";
    }
  }

  // ---- Lanes -------------------------------------------------------------------------------

  /** How a lane ended, and what it said. */
  private record Ended(String parts, int code, List<String> lines) {}

  private FutureTask<Ended> lane(List<String> parts) {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> argv = new ArrayList<>(List.of("nice", "-n", parts.contains(REST) ? "0" : "5"));
    argv.add(self.command().orElse("java"));
    argv.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), RunTests.class.getName()));
    argv.addAll(parts);
    FutureTask<Ended> task =
        new FutureTask<>(() -> {
          List<String> lines = new ArrayList<>();
          int code = lines(argv, Path.of("").toAbsolutePath(), lines);
          return new Ended(String.join(" ", parts), code, lines);
        });
    Thread.ofPlatform().name("lane").start(task);
    return task;
  }

  private void count(Ended lane) {
    List<String> red =
        lane.lines().stream()
            .filter(line -> line.startsWith("not ok ") && !SUM.matcher(line).matches())
            .map(line -> line.substring("not ok ".length()))
            .toList();
    Matcher closing = CLOSING.matcher(lane.lines().isEmpty() ? "" : lane.lines().getLast());
    if (!closing.matches()) {
      fail("the lane of %s ended early, with exit code %d".formatted(lane.parts(), lane.code()));
      return;
    }
    passed.addAndGet(Long.parseLong(closing.group(1)));
    skipped.addAndGet(Long.parseLong(closing.group(3)));
    int counted = Integer.parseInt(closing.group(2));
    for (int i = 0; i < counted; i++) {
      fail(i < red.size() ? red.get(i) : "a test in a lane that failed without a line of its own");
    }
    if (lane.code() != 0 && counted == 0) {
      fail("the lane of %s ended with exit code %d".formatted(lane.parts(), lane.code()));
    }
  }

  // ---- The wrapper, and the reference workspace ------------------------------------------------

  /** Reads TAP. */
  private void wrapper() throws IOException, InterruptedException {
    tap("the wrapper", "tests/wrapper/check.sh");
  }

  private void tap(String name, String script) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    int code = lines(List.of("sh", script), root, lines);
    if (code == 77) {
      skip(name, "what it needs isn't to be had here");
      return;
    }
    int before = failed();
    int cases = 0;
    int planned = -1;
    for (String line : lines) {
      Matcher plan = PLAN.matcher(line);
      if (line.startsWith("not ok ")) {
        cases++;
        fail(name + ": " + line.substring("not ok ".length()));
      } else if (line.startsWith("ok ")) {
        cases++;
        (line.contains("# SKIP") ? skipped : passed).incrementAndGet();
      } else if (plan.matches()) {
        planned = Integer.parseInt(plan.group(1));
      }
    }
    if (planned == -1) {
      fail("%s ended early: exit code %d, and no plan".formatted(script, code));
    } else if (planned != cases || planned == 0) {
      fail("%s planned %d cases, and told of %d".formatted(script, planned, cases));
    } else if (code != 0 && failed() == before) {
      fail(script + " ended with exit code " + code);
    }
  }

  private void reference() throws IOException, InterruptedException {
    boolean cargo =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cargo")));
    if (!cargo) {
      if (List.of("", "0", "false").contains(System.getenv().getOrDefault("CI", ""))) {
        skip("the reference workspace", "there is no cargo on PATH; rustup.rs tells how to get it");
      } else {
        fail("the reference workspace: there is no cargo on PATH");
      }
      return;
    }
    // With hickory, others' dependencies have more features; without, they are as legs build them.
    cargo(Stream.of("--workspace", "--exclude", "flashdns", "--exclude", "tenant-loop"));
    cargo(Stream.of("-p", "flashdns", "-p", "tenant-loop"));
  }

  /** Tests of some packages. */
  private void cargo(Stream<String> packages) throws IOException, InterruptedException {
    List<String> argv =
        Stream.concat(Stream.of("cargo", "test", "--locked", "--no-fail-fast"), packages).toList();
    List<String> lines = new ArrayList<>();
    int code = lines(argv, root.resolve("reference"), lines);
    List<String> red = new ArrayList<>();
    long counted = 0;
    long green = 0;
    for (String line : lines) {
      Matcher sum = CARGO.matcher(line);
      if (line.startsWith("test ") && line.endsWith(" ... FAILED")) {
        red.add(line.substring("test ".length()));
      } else if (sum.matches()) {
        green += Long.parseLong(sum.group(1));
        counted += Long.parseLong(sum.group(2));
        skipped.addAndGet(Long.parseLong(sum.group(3)));
      }
    }
    passed.addAndGet(green);
    while (red.size() < counted) {
      red.add("a test that failed without a line of its own");
    }
    red.forEach(it -> fail("the reference workspace: " + it));
    if (code != 0 && red.isEmpty()) {
      fail("%s in reference ended with exit code %d".formatted(String.join(" ", argv), code));
    } else if (green + counted == 0) {
      fail(String.join(" ", argv) + " in reference ran no test");
    }
  }

  /** Runs a command, shows its lines as they come, and gives them. */
  private int lines(List<String> argv, Path folder, List<String> lines)
      throws IOException, InterruptedException {
    sign(String.join(" ", argv));
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("TMPDIR", scratch.toString());
    builder.environment().put("CARGO_TERM_COLOR", "never");
    Process process = builder.start();
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = reader.readLine()) != null) {
        sign(String.join(" ", argv) + ", after `" + line.strip() + "`");
        lines.add(line);
        say("  " + line);
      }
    }
    return process.waitFor();
  }
}
