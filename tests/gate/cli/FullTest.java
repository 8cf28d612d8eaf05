package gate.cli;

import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel minds no limit of root's, so that root lets somebody else run the gate. */
@DisplayName("Where the machine has no room for more, a run")
class FullTest {
  private static final String SLEEP = "sleep 300.417";
  private static final String MANY = "for i in $(seq 60); do " + SLEEP + " & done; wait";
  private static final String GUARDIAN = "prlimit --pid $PPID --nproc=1";
  private static final String GATE = "prlimit --pid $(cut -d\\  -f4 /proc/$PPID/stat) --";

  @TempDir static Path shared;
  private static String classPath;
  private static Optional<Integer> user;

  @TempDir Path temp;
  private Checkout project;

  @BeforeAll
  static void somebody() throws Exception {
    assumeThat(ended("prlimit", "--version")).as("prlimit is to be had").isZero();
    user = Optional.empty();
    if (System.getProperty("user.name").equals("root")) {
      user = Optional.of(ThreadLocalRandom.current().nextInt(1 << 20, 1 << 30));
    }
    if (!Files.getPosixFilePermissions(shared.getParent()).contains(OTHERS_EXECUTE)) {
      Files.setPosixFilePermissions(
          shared.getParent(), PosixFilePermissions.fromString("rwx--x--x")); // the tests' own
    }
    open(shared);
    List<String> entries = new ArrayList<>();
    for (String entry : Checkout.CLASS_PATH.split(":")) {
      Path place = shared.resolve(entries.size() + "-" + Path.of(entry).getFileName());
      ended("cp", "-r", entry, place.toString()); // the user's own may be nobody else's to read
      entries.add(place.toString());
    }
    classPath = String.join(":", entries);
    List<String> java = new ArrayList<>(another());
    java.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-version"));
    assumeThat(ended(java.toArray(String[]::new))).as("others may start this JDK").isZero();
  }

  private static int ended(String... argv) throws Exception {
    try {
      return new ProcessBuilder(argv)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return 127;
    }
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The words that make somebody else of root. */
  private static List<String> another() {
    return user.map(id -> List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"))
        .orElse(List.of());
  }

  @BeforeEach
  void project() throws IOException {
    open(temp);
    Path tmp = Files.createDirectories(temp.resolve("tmp"));
    project =
        new Checkout(temp)
            .legs("one: { title: One, timeout: 100s }", "two: { title: Two, needs: [one] }")
            .leg("one", "step('first') { exec('echo', 'first') }\nstep('many') { shell('x') }\n")
            .leg("two", "step('a') { exec('true') }\n")
            .classPath(classPath)
            .env("HOME", temp.toString())
            .tmp(tmp)
            .inside(another());
  }

  private Checkout.Result run(String... arguments) throws Exception {
    owned();
    return project.run(arguments);
  }

  /** So many processes and threads in all, beside those that this user has already. */
  private Checkout.Result runWithin(int most, String... arguments) throws Exception {
    List<String> limited = new ArrayList<>(another());
    limited.addAll(List.of("prlimit", "--nproc=" + (most + present())));
    project.inside(limited);
    try {
      return run(arguments);
    } finally {
      project.inside(another());
    }
  }

  private void owned() throws Exception {
    if (user.isPresent()) {
      assertThat(ended("chown", "-R", user.get() + ":" + user.get(), temp.toString())).isZero();
    }
  }

  private static long present() throws IOException {
    if (user.isPresent()) {
      return 0;
    }
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    long tasks = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        if (process.getFileName().toString().matches("\\d+")) {
          try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            tasks += Files.getAttribute(process, "unix:uid").equals(uid) ? threads.count() : 0;
          } catch (IOException e) {
            // it ended meanwhile, or is none of ours
          }
        }
      }
    }
    return tasks;
  }

  private void isRed(Checkout.Result result, String... says) throws Exception {
    String all = result.out() + result.err();
    assertThat(result.code()).as(all).isBetween(1, 2);
    assertThat(all).doesNotContain("GREEN", "PARTIAL", "a defect of the gate");
    boolean began = !all.contains("initialization of VM") && !all.contains("A JNI error");
    if (began) { // what a JVM says that can't start is its own
      assertThat(all).containsAnyOf(says).doesNotContain("\tat ");
    }
    assertThat(Outside.await(10, () -> left().isEmpty())).as("left: %s", left()).isTrue();
    try (Stream<Path> tmp = Files.list(temp.resolve("tmp"))) {
      assertThat(tmp).filteredOn(it -> !it.endsWith("hsperfdata_root")).isEmpty();
    }
  }

  private List<Long> left() {
    return Stream.concat(Outside.running(temp.toString()).stream(), Outside.running(SLEEP).stream())
        .toList();
  }

  private void canBeRead(Checkout.Result result) throws Exception {
    if (!Files.exists(temp.resolve(".cccc/work/integration-matrix"))) {
      return; // it didn't get as far
    }
    boolean began = Files.size(result.run().resolve("events.jsonl")) > 0;
    Checkout.Result report = run("report");
    assertThat(report.out() + report.err())
        .contains(began ? result.verdict() : "was cut off before its first entry")
        .doesNotContain("\tat ");
    assertThat(report.code()).isEqualTo(began ? 0 : 2);
  }

  @ParameterizedTest(name = "for more than {0} processes and threads")
  @ValueSource(ints = {13, 24, 32, 52})
  void ends_red_with_a_clear_sentence(int most) throws Exception {
    project
        .file("w/Cargo.toml", "[workspace]\n")
        .file(
            "matrix.yaml",
            """
            name: test
            workspaces: { w: { path: w } }
            legs:
              one: { title: One, timeout: 100s }
              two: { title: Two, needs: [one] }
            """)
        .leg(
            "one",
            "step('first') { exec('echo', 'first') }\nstep('many') { exec('sh', '-c', '%s') }\n"
                .formatted(MANY));
    Checkout.Result result = runWithin(most);
    isRed(result, "no room", "Cannot fork", "Resource temporarily unavailable");
    canBeRead(result);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "for a step's process|" + GUARDIAN + "|the machine has no room for another process",
        "for a thread of the gate's|" + GATE + "nproc=1|the machine has no room for more",
        "for either|" + GATE + "nproc=1; " + GUARDIAN + "|the machine has no room",
      })
  void ends_red_with_what_it_has_when_there_is_none_any_more(
      String what, String command, String says) throws Exception {
    for (String secret : List.of("", "toggles: { TOKEN: { type: text, secret: true } }\n")) {
      project
          .file("matrix.yaml", "name: test\n" + secret + "legs: { one: { title: One } }\n")
          .env("TOKEN", "canary-417")
          .leg(
              "one",
              """
              step('first') { exec('echo', 'first') }
              step('limit') { shell('%s') }
              step('second') { exec('echo', 'second') }
              step('third') { await('it', within: '1s') { exec('false') } }
              """
                  .formatted(command.replace("\\", "\\\\")));
      Checkout.Result result = run("--retries", "1", "one");
      isRed(result, says);
      assertThat(result.verdict()).startsWith("RED");
      canBeRead(result);
      assertThat(Checkout.read(result.run().resolve("legs/one/01-first.log"))).contains("first\n");
    }
  }

  @Test
  void ends_red_and_leaves_nothing_where_a_step_forks_until_nobody_can() throws Exception {
    project
        .legs("one: { title: One, timeout: 60s }", "two: { title: Two }")
        .leg(
            "one",
            """
            step('first') { exec('echo', 'first') }
            step('forks') { exec('sh', '-c', 'while :; do %s & done') }
            step('after') { exec('true') }
            """
                .formatted(SLEEP))
        .leg("two", "(1..20).each { n -> step(\"s$n\") { exec('sleep', '0.1') } }\n");
    Checkout.Result result = runWithin(250);
    isRed(result, "Cannot fork", "Resource temporarily unavailable");
    assertThat(result.verdict()).startsWith("RED");
    canBeRead(result);
  }

  @Test
  void ends_red_with_what_it_has_when_the_gate_can_open_no_file_any_more() throws Exception {
    project.leg(
        "one",
        """
        step('first') { exec('echo', 'first') }
        step('limit') { shell('%s') }
        step('second') { exec('echo', 'second') }
        """
            .formatted((GATE + "nofile=3").replace("\\", "\\\\")));
    Checkout.Result result = run();
    assertThat(result.verdict()).as(result.err()).startsWith("RED");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .contains("03-second.log: Too many open files", "cannot delete the temporary folder");
    assertThat(result.out() + result.err()).doesNotContain("a defect of the gate", "\tat ");
    canBeRead(result);
    assertThat(run("clean").code()).isZero();
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
    assertThat(left()).isEmpty();
  }
}
