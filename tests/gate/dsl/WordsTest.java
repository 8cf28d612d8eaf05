package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import gate.dsl.CargoTest.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("In a script")
class WordsTest {
  @TempDir Path temp;

  private static Command command(String... argv) {
    return new Command(List.of(argv), Optional.empty(), Map.of(), Optional.empty(), List.of(0));
  }

  @Test
  void steps_are_told_in_their_order_with_what_they_wait_for() {
    List<Step> steps =
        new Recorded()
            .steps(
                temp,
                """
                step('one') { exec('true') }
                step('two', when: toggles.PLASMA_E2E, accelerator: 'kvm') { exec('true') }
                step("three ${axes.engine}", when: toggles.PLASMA_E2E.and(toggles.SKIP_PLASMA.not())) { exec('true') }
                step('four', when: toggles.PLASMA_ACCEL.is('kvm').or(toggles.DISK.set())) { exec('true') }
                for (name in ['x', 'y']) { step("of $name") { exec('echo', name) } }
                """);
    assertThat(steps.stream().map(Step::name))
        .containsExactly("one", "two", "three redb", "four", "of x", "of y");
    assertThat(steps.get(1).accelerator()).contains("kvm");
    assertThat(steps.get(2).when().orElseThrow().asBoolean()).isTrue();
    assertThat(steps.get(2).when().orElseThrow().text())
        .isEqualTo("PLASMA_E2E=1 and not SKIP_PLASMA=1");
    assertThat(steps.get(3).when().orElseThrow().asBoolean()).isFalse();
    assertThat(steps.get(3).when().orElseThrow().text()).isEqualTo("PLASMA_ACCEL=kvm or DISK=…");
  }

  @Test
  void exec_takes_words_and_never_a_shell_by_accident() {
    assertThat(
            Recorded.body(
                temp,
                """
                def name = 'x'
                exec('echo', "a $name", 5, true)
                exec(['ls', '-la'])
                exec('sh', '-c', 'exit 3', env: [A: 'b', N: 1], folder: 'sub', expect: [3, 4])
                shell('a | b', expect: 1)
                """))
        .containsExactly(
            command("echo", "a x", "5", "true"),
            command("ls", "-la"),
            new Command(
                List.of("sh", "-c", "exit 3"),
                Optional.empty(),
                Map.of("A", "b", "N", "1"),
                Optional.of(Path.of("sub")),
                List.of(3, 4)),
            new Command(
                List.of("bash", "-euo", "pipefail", "-c", "a | b"),
                Optional.of("a | b"),
                Map.of(),
                Optional.empty(),
                List.of(1)));
  }

  @Test
  void cargoTest_says_what_cargo_test_can() {
    assertThat(
            Recorded.body(
                temp,
                """
                cargoTest('a')
                cargoTest('a', test: 't', case: 'm::c', ignored: true, threads: 2, env: [X: 'y'])
                cargoTest('a', lib: true, filter: 'f', features: ['p', 'q'], defaultFeatures: false)
                cargoTest('a', doc: true, allFeatures: true, release: true, workspace: 'platform')
                cargoTest('a', bin: 'b', profile: 'ci')
                """))
        .containsExactly(
            test(new Target.All(), "", "", false, List.of(), false, true, "", Map.of(), 0, ""),
            test(
                new Target.Test("t"),
                "m::c",
                "",
                true,
                List.of(),
                false,
                true,
                "",
                Map.of("X", "y"),
                2,
                ""),
            test(
                new Target.Lib(),
                "",
                "f",
                false,
                List.of("p", "q"),
                false,
                false,
                "",
                Map.of(),
                0,
                ""),
            test(
                new Target.Doc(),
                "",
                "",
                false,
                List.of(),
                true,
                true,
                "release",
                Map.of(),
                0,
                "platform"),
            test(
                new Target.Bin("b"), "", "", false, List.of(), false, true, "ci", Map.of(), 0, ""));
  }

  private static CargoTest test(
      Target target,
      String exact,
      String filter,
      boolean ignored,
      List<String> features,
      boolean all,
      boolean usual,
      String profile,
      Map<String, String> env,
      int threads,
      String workspace) {
    return new CargoTest(
        "a",
        text(workspace),
        target,
        text(exact),
        text(filter),
        ignored,
        features,
        all,
        usual,
        text(profile),
        env,
        threads == 0 ? Optional.empty() : Optional.of(threads));
  }

  private static Optional<String> text(String text) {
    return Optional.of(text).filter(it -> !it.isEmpty());
  }

  @Test
  void http_asks_and_its_answers_can_be_used() {
    List<Object> done =
        Recorded.body(
            temp,
            """
            def url = services.chainfire.url()
            def answer = http.get("$url/a", headers: [X: 1], expect: [200, 404], timeout: '2s')
            assert answer.status() == 200
            assert answer.json().at('leader').text() == 'text'
            assert answer.json().at('items').list().every { it.number() == 3 }
            http.post("$url/b", json: [a: [1, "x$url"], b: null])
            http.put("$url/c", text: "t")
            http.delete(services.'fiber-lb'.urls()[1])
            """);
    assertThat(done)
        .map(it -> ((Request) it).line())
        .containsExactly(
            "GET http://chainfire/a",
            "POST http://chainfire/b",
            "PUT http://chainfire/c",
            "DELETE http://fiber-lb-2");
    assertThat(((Request) done.get(0)).expect()).containsExactly(200, 404);
    assertThat(((Request) done.get(0)).timeout().toMillis()).isEqualTo(2000);
    assertThat(((Request) done.get(1)).body())
        .contains("{\"a\":[1,\"xhttp://chainfire\"],\"b\":null}");
    assertThat(((Request) done.get(1)).headers()).containsEntry("Content-Type", "application/json");
  }

  @Test
  void everything_else_reaches_the_actions_too() {
    assertThat(
            Recorded.body(
                temp,
                """
                await('it is so', within: '5s', every: '10ms') { true }
                await('it is so') { files.exists('x') }
                files.write('a', files.read('b'))
                log("in ${tempDir()} on ${axes.engine}, accel ${toggles.PLASMA_ACCEL}, ${toggles.PLASMA_ACCEL.value()}")
                println 'printed'
                if (toggles.PLASMA_E2E) { log('flag') }
                [3, 1, 2].sort().eachWithIndex { int n, int i -> log("$i $n") }
                """))
        .containsExactly(
            "await it is so PT5S PT0.01S",
            "await it is so PT30S PT0.2S",
            "exists x",
            "read b",
            "write a content",
            "log in /tmp/own on redb, accel tcg, tcg",
            "log printed",
            "log flag",
            "log 0 1",
            "log 1 2",
            "log 2 3");
  }

  @Test
  void methods_and_closures_share_code() {
    Recorded recorded = new Recorded();
    recorded
        .steps(
            temp,
            """
            String url(String path) { return services.chainfire.url() + path }
            void greet(String who) { exec('echo', who) }
            void twiceMore(Closure c) { c(); c() }
            def twice = { String word -> word + word }
            step('a') {
                http.get(url('/x'))
                greet(twice('y'))
                twice.call('z')
            }
            """)
        .getFirst()
        .body()
        .run();
    assertThat(recorded.done).hasSize(2).contains(command("echo", "yy"));
  }

  @ParameterizedTest(name = "{0} fails: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "exec('ls -la')|exec('ls -la') names one command with blanks in it; write exec('ls',"
            + " '-la'), or shell('…') for a shell",
        "exec('')|`exec` needs a command",
        "exec('a', [1])|exec: [1] is no word of a command",
        "exec('a', env: ['A B': 'c'])|env: `A B` can't be an environment variable",
        "exec('a', expect: 'x')|expect: x: it is a number or a list of numbers",
        "cargoTest('-x')|cargoTest: `-x` is no name of a package",
        "cargoTest('a', test: 't', lib: true)|cargoTest: say one target, not `test:` and `lib:`",
        "cargoTest('a', case: 'c', filter: 'f')|cargoTest: say `case:` or `filter:`, not both",
        "cargoTest('a', release: true, profile: 'p')|cargoTest: say `release:` or `profile:`, not"
            + " both",
        "cargoTest('a', test: '--help')|cargoTest: test: `--help` is no name",
        "http.get('ftp://x')|http: `ftp://x` is no URL; it begins with http:// or https://",
        "http.post('http://x', json: 1, text: 'y')|http: say `json:` or `text:`, not both",
        "await('x', within: 'soon') { true }|within: `soon` is no length of time; write a whole"
            + " number and ms, s, m, h or d, as '10s'",
        "log(toggles.DISK.value())|DISK isn't set; set DISK=…",
        "step('b') { exec('true') }|a step stands inside a step; put it beside it",
        "fail('because')|because",
        "int zero = 0; log((1 / zero).toString())|division by zero",
        "def none = [] as List<String>; log(none[0].trim())|null",
        "assert 1 + 1 == 3|assert 1 + 1 == 3"
      })
  void what_makes_no_sense(String line, String sentence) {
    StepFailed failed =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            StepFailed.class, () -> Recorded.body(temp, line));
    assertThat(failed.getMessage().toLowerCase(java.util.Locale.ROOT))
        .contains(sentence.toLowerCase(java.util.Locale.ROOT));
    assertThat(failed.located()).startsWith("legs/leg.groovy:2: ");
  }

  @Test
  void endless_recursion_fails_and_what_a_dry_run_can_not_know_passes_through() {
    Recorded recorded = new Recorded();
    List<Step> steps =
        recorded.steps(temp, "def f(int n) { return f(n + 1) }\nstep('a') { f(1) }\n");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> steps.getFirst().body().run()))
        .isInstanceOf(StepFailed.class)
        .hasMessage("it calls itself without an end");
    Recorded dry = new Recorded();
    List<Step> asks = dry.steps(temp, "step('a') { exec('x'); files.read('y') }\n");
    asks.getFirst().body().run();
    assertThat(dry.done).hasSize(2);
  }
}
