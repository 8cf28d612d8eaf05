package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One run of a project whose legs each leave something behind in another way, while another run and
 * the user have processes just like those.
 */
@DisplayName("A leg's processes end with it")
@EnabledOnOs(OS.LINUX)
class HideTest {
  /** A way to hide: a shell script in which {@code $N} is a number of its own. */
  private record Way(String needs, String script) {}

  private static final long BASE = ProcessHandle.current().pid() * 100 + 6_000_000_000L;
  private static final Map<String, Way> WAYS = new LinkedHashMap<>();

  static {
    way("a-background-process", "sh", "sleep $N &");
    way("a-double-fork", "sh", "(sleep $N &)");
    way("a-session-of-its-own", "setsid", "setsid sleep $N &");
    way("no-environment", "setsid", "setsid env -i sleep $N &");
    way("deaf-to-signals", "setsid", "(trap '' TERM HUP INT; setsid sleep $N &)");
    way("closed-descriptors", "setsid", "setsid sleep $N <&- >&- 2>&- &");
    way("another-folder", "setsid", "(cd / && setsid sleep $N &)");
    way(
        "all-of-these",
        "setsid",
        "(trap '' TERM HUP INT; cd /; setsid env -i sh -c \"sleep $N <&- >&- 2>&- &\" &)");
    way("stopped", "setsid", "setsid sleep $N & kill -STOP $!");
    way("another-name", "perl", "perl -e 'if (!fork) { $0 = \"kworker-\" . shift; sleep 600 }' $N");
    way("zombies", "perl", "perl -e 'if (!fork) { for (1 .. 5) { exit if !fork } sleep 600 }' $N");
    way(
        "traced",
        "python3",
        """
        python3 -c '
        import ctypes, os, signal, time
        if not os.fork():
            if not os.fork():
                ctypes.CDLL(None).ptrace(0, 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(600)' $N
        """);
    way(
        "namespaces-of-its-own",
        "unshare",
        "unshare -Urpf true && { setsid unshare -Urpf sleep $N & }");
    way(
        "forks-while-it-is-killed",
        "perl",
        "perl -e 'if (!fork) { $SIG{TERM} = \"IGNORE\"; for (1 .. 3000) { if (!fork) { sleep 600 }"
            + " select undef, undef, undef, 0.02 } }' $N");
    way(
        "a-chain-of-forks",
        "perl",
        "perl -e 'use POSIX; if (!fork) { for (1 .. 300000) { exit if fork; POSIX::setsid() } }'"
            + " $N");
    way(
        "a-virtual-machine",
        "qemu-system-x86_64",
        "qemu-system-x86_64 -M none -nodefaults -display none -daemonize -name vm-$N");
    way("a-test-s-daemon", "cargo", "");
  }

  private static void way(String name, String needs, String script) {
    WAYS.put(name, new Way(needs, script));
  }

  @TempDir static Path temp;
  private static Checkout.Result result;
  private static Process user;
  private static Process other;
  private static List<Long> others;
  private static List<Long> othersAfter;

  private static boolean have(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(it -> Files.isExecutable(Path.of(it, program)));
  }

  private static long number(String way) {
    return BASE + new ArrayList<>(WAYS.keySet()).indexOf(way);
  }

  static List<String> ways() {
    return WAYS.keySet().stream().filter(way -> have(WAYS.get(way).needs())).toList();
  }

  @BeforeAll
  static void run() throws Exception {
    Checkout project = new Checkout(temp.resolve("project"));
    StringBuilder legs = new StringBuilder();
    for (String way : ways()) {
      String script = WAYS.get(way).script();
      legs.append("  %s: { title: One }\n".formatted(way));
      project.leg(
          way,
          script.isEmpty()
              ? "step('it hides') { cargoTest 'tiny', test: 'daemon' }\n"
              : "step('it hides') { exec('sh', 'hide/%s') }\n".formatted(way));
      project.file("hide/" + way, "N=" + number(way) + "\n" + script + "\n");
    }
    legs.append("  allowed: { title: One, allow: [leaked] }\n");
    project.leg("allowed", "step('it hides') { shell('setsid sleep " + BASE + "0 &') }\n");
    project
        .file("matrix.yaml", "name: test\nworkspaces: { own: { path: ws } }\nlegs:\n" + legs)
        .file(
            "ws/Cargo.toml",
            "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .file("ws/Cargo.lock", "version = 3\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n")
        .file("ws/src/lib.rs", "")
        .file(
            "ws/tests/daemon.rs",
            "#[test] fn starts() { std::process::Command::new(\"setsid\").args([\"sleep\", \"%d\"]).spawn().unwrap(); }\n"
                .formatted(number("a-test-s-daemon")));
    for (String name : List.of("CARGO_HOME", "RUSTUP_HOME")) {
      if (System.getenv(name) != null) {
        project.env(name, System.getenv(name));
      }
    }
    startOther();
    user =
        new ProcessBuilder("sleep", Long.toString(BASE))
            .directory(project.folder().toFile())
            .start();
    others = Outside.running("sleep " + BASE);
    result = project.run();
    othersAfter = Outside.running("sleep " + BASE);
  }

  /** Another run of the same project's first leg, whose processes are its own. */
  private static void startOther() throws Exception {
    Path folder = temp.resolve("other");
    other =
        new Checkout(folder)
            .one(
                "step('a') { shell('(setsid sleep %1$d & echo $! > pid); sleep %1$d & touch up; until test -e go; do sleep 0.1; done; kill $! $(cat pid)') }\n"
                    .formatted(BASE))
            .start(temp.resolve("other.out"), temp.resolve("other.out"));
    assertThat(Outside.await(90, () -> Files.exists(folder.resolve("up"))))
        .as(Checkout.read(temp.resolve("other.out")))
        .isTrue();
  }

  @AfterAll
  static void end() throws Exception {
    user.destroyForcibly().waitFor();
    other.destroyForcibly().waitFor();
  }

  @ParameterizedTest(name = "that leaves {0}")
  @MethodSource("ways")
  void whatever_it_leaves(String way) {
    String reason =
        Pattern.compile("(?m)^x " + way + "  [^\\n]*leaked[^\\n]*\\n(  \\|[^\\n]*\\n)*")
            .matcher(result.out())
            .results()
            .map(it -> it.group())
            .reduce((_, last) -> last)
            .orElse("not leaked: " + result.out());
    assertThat(reason)
        .contains("step `it hides`: it left processes behind, which were ended: ")
        .containsPattern("\\d+ \\(.*(?:%d|%s|ptrace%s)".formatted(number(way), way, dead(way)));
    assertThat(Outside.running(Long.toString(number(way))))
        .isSubsetOf(way.equals("a-background-process") ? others : List.of());
  }

  /** What alone is left of a process's command when it has ended, as a link of a chain has soon. */
  private static String dead(String way) {
    return way.equals("a-chain-of-forks") ? "|\\[perl]" : "";
  }

  @Test
  void which_makes_the_run_red_but_for_a_leg_that_allows_it() {
    assertThat(result.verdict()).startsWith("RED");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.file("summary.md")).contains("leaked");
  }

  @Test
  void and_nobody_else_s_though_they_look_the_same() throws Exception {
    assertThat(others).hasSizeGreaterThanOrEqualTo(3);
    assertThat(othersAfter).isEqualTo(others);
    assertThat(user.isAlive()).isTrue();
    Files.writeString(temp.resolve("other/go"), "");
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Checkout.read(temp.resolve("other.out"))).contains("GREEN");
    assertThat(other.exitValue()).isZero();
    assertThat(user.isAlive()).isTrue();
  }
}
