///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS org.junit.jupiter:junit-jupiter:6.0.1
//DEPS org.junit.platform:junit-platform-launcher:6.0.1
//DEPS org.assertj:assertj-core:3.27.6
//DEPS com.tngtech.archunit:archunit:1.4.1
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../matrix.java
//SOURCES gate/**/*.java
//JAVAC_OPTIONS -Xlint:all,-processing -Werror
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -XX:-MaxFDLimit

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * All tests: JUnit's, the wrapper's, and the reference workspace's. Arguments choose JUnit classes
 * by a part of their names, and {@code wrapper} and {@code reference} the other two. The last line
 * is {@code N passed, N failed, N skipped}; exit code 0 only if something passed and nothing
 * failed.
 */
public final class RunTests {
  private static final long SILENCE_MINUTES = 6;
  private static final Pattern CARGO =
      Pattern.compile("test result: \\S+ (\\d+) passed; (\\d+) failed; (\\d+) ignored;.*");

  private final Path root;
  private final List<String> wanted;
  private final AtomicLong lastSign = new AtomicLong(System.nanoTime());
  private volatile String current = "";
  private long passed;
  private long failed;
  private long skipped;

  private RunTests(Path root, List<String> wanted) {
    this.root = root;
    this.wanted = wanted;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String home = System.getProperty("gate.home");
    Path root = home == null ? Path.of("").toAbsolutePath() : Path.of(home);
    System.exit(new RunTests(root, List.of(arguments)).run());
  }

  private int run() throws IOException, InterruptedException {
    watch();
    junit();
    if (chosen("wrapper")) {
      wrapper();
    }
    if (chosen("reference")) {
      reference();
    }
    System.out.println(closing());
    return failed == 0 && passed > 0 ? 0 : 1;
  }

  private String closing() {
    return "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
  }

  private boolean chosen(String name) {
    return wanted.isEmpty() || wanted.contains(name);
  }

  /** A test that hangs is named, not waited for. */
  private void watch() {
    Thread.ofPlatform()
        .daemon()
        .name("watchdog")
        .start(() -> {
          while (true) {
            try {
              Thread.sleep(1000);
            } catch (InterruptedException e) {
              return;
            }
            long silent = (System.nanoTime() - lastSign.get()) / 60_000_000_000L;
            if (silent >= SILENCE_MINUTES) {
              System.out.printf("not ok %s: nothing for %d minutes%n", current, silent);
              Thread.getAllStackTraces()
                  .forEach((thread, stack) -> System.out.println(thread + trace(stack, 25)));
              failed++;
              System.out.println(closing());
              Runtime.getRuntime().halt(1);
            }
          }
        });
  }

  private void sign(String what) {
    current = what;
    lastSign.set(System.nanoTime());
  }

  // ---- JUnit ---------------------------------------------------------------------------------

  private void junit() throws IOException {
    List<String> names = testClasses();
    if (names.isEmpty()) {
      if (wanted.isEmpty() || !List.of("wrapper", "reference").containsAll(wanted)) {
        failed++;
        System.out.println("not ok no test class is called " + wanted);
      }
      return;
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(names.stream().map(name -> selectClass(name)).toList())
            .build();
    long before = passed + failed;
    LauncherFactory.create().execute(request, new Progress());
    if (passed + failed == before) {
      failed++;
      System.out.println("not ok JUnit ran no test");
    }
  }

  private List<String> testClasses() throws IOException {
    Path tests = root.resolve("tests");
    try (Stream<Path> files = Files.walk(tests.resolve("gate"))) {
      return files
          .map(file -> tests.relativize(file).toString())
          .filter(name -> name.endsWith("Test.java"))
          .map(name -> name.replace(".java", "").replace('/', '.'))
          .filter(name -> wanted.isEmpty() || wanted.stream().anyMatch(name::contains))
          .sorted()
          .toList();
    }
  }

  /** A line a class, and all of a failure. */
  private final class Progress implements TestExecutionListener {
    private TestPlan plan;
    private final Map<String, long[]> counts = new java.util.HashMap<>();

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
      plan = testPlan;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      sign(name(test));
      if (isClass(test)) {
        counts.put(test.getUniqueId(), new long[] {System.nanoTime(), passed, failed, skipped});
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skipped++;
      System.out.printf("skip %s: %s%n", name(test), reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      sign(name(test));
      switch (result.getStatus()) {
        case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
        case ABORTED -> {
          skipped++;
          System.out.printf(
              "skip %s: %s%n",
              name(test), result.getThrowable().map(Throwable::getMessage).orElse(""));
        }
        case FAILED -> {
          failed++;
          System.out.printf("not ok %s%n", name(test));
          result.getThrowable().ifPresent(RunTests::print);
        }
      }
      long[] at = counts.get(test.getUniqueId());
      if (at != null) {
        System.out.printf(
            Locale.ROOT,
            "%s %s: %d passed, %d failed, %d skipped, %.1f s%n",
            failed == at[2] ? "ok" : "not ok",
            name(test),
            passed - at[1],
            failed - at[2],
            skipped - at[3],
            (System.nanoTime() - at[0]) / 1e9);
      }
    }

    private static boolean isClass(TestIdentifier test) {
      return test.getSource().filter(ClassSource.class::isInstance).isPresent();
    }

    private String name(TestIdentifier test) {
      String parent =
          plan == null
              ? ""
              : plan.getParent(test)
                  .filter(it -> it.getParentId().isPresent())
                  .map(it -> name(it) + " › ")
                  .orElse("");
      return parent + test.getDisplayName().replace('_', ' ');
    }
  }

  private static void print(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      System.out.println(
          "    " + at.toString().replace("\n", "\n    ") + trace(at.getStackTrace(), 12));
    }
  }

  private static String trace(StackTraceElement[] stack, int most) {
    StringBuilder trace = new StringBuilder();
    Arrays.stream(stack)
        .filter(it ->
            !it.getClassName().startsWith("org.junit.")
                && !it.getClassName().startsWith("java.base/jdk.internal")
                && !it.getClassName().startsWith("jdk.internal"))
        .limit(most)
        .forEach(it -> trace.append("\n      at ").append(it));
    return trace.toString();
  }

  // ---- The wrapper, and the reference workspace ------------------------------------------------

  private void wrapper() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    int code = lines(List.of("sh", "tests/wrapper/check.sh"), root, lines);
    long[] before = {passed, failed};
    for (String line : lines) {
      if (line.startsWith("not ok ")) {
        failed++;
      } else if (line.startsWith("ok ") && line.contains("# SKIP")) {
        skipped++;
      } else if (line.startsWith("ok ")) {
        passed++;
      }
    }
    if (failed == before[1] && (code != 0 || passed == before[0])) {
      failed++;
      System.out.printf("not ok tests/wrapper/check.sh ended with exit code %d%n", code);
    }
  }

  private void reference() throws IOException, InterruptedException {
    if (Stream.of(System.getenv("PATH").split(":"))
        .noneMatch(folder -> Files.isExecutable(Path.of(folder, "cargo")))) {
      if (System.getenv("CI") == null) {
        skipped++;
        System.out.println("skip the reference workspace: no cargo on the PATH");
      } else {
        failed++;
        System.out.println("not ok the reference workspace: no cargo on the PATH");
      }
      return;
    }
    List<String> lines = new ArrayList<>();
    int code =
        lines(
            List.of("cargo", "test", "--locked", "--workspace", "--no-fail-fast"),
            root.resolve("reference"),
            lines);
    long before = failed;
    for (String line : lines) {
      Matcher sum = CARGO.matcher(line);
      if (sum.matches()) {
        passed += Long.parseLong(sum.group(1));
        failed += Long.parseLong(sum.group(2));
        skipped += Long.parseLong(sum.group(3));
      }
    }
    if (code != 0 && failed == before) {
      failed++;
      System.out.printf("not ok cargo test in reference ended with exit code %d%n", code);
    }
  }

  /** Runs a command, shows its lines, and gives them. */
  private int lines(List<String> argv, Path folder, List<String> lines)
      throws IOException, InterruptedException {
    sign(String.join(" ", argv));
    Process process =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = reader.readLine()) != null) {
        sign(line);
        lines.add(line);
        System.out.println("  " + line);
      }
    }
    return process.waitFor();
  }
}
