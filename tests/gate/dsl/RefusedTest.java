package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Before anything runs, a script is refused")
class RefusedTest {
  @TempDir Path temp;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "System.exit(0)",
        "java.lang.System.exit(0)",
        "def s = System; s.exit(0)",
        "System.'exit'(0)",
        "System.\"${'exit'}\"(0)",
        "Runtime.runtime.halt(0)",
        "Runtime.getRuntime().exec('ls')",
        "'ls'.execute()",
        "\"ls\".execute().text",
        "['ls', '-la'].execute()",
        "['ls']*.execute()",
        "('ls' as String)?.execute()",
        "def c = 'ls'.&execute; c()",
        "def c = String::execute",
        "def c = System::exit",
        "new Thread({ }).start()",
        "Thread.start { }",
        "Thread.sleep(5)",
        "sleep(5)",
        "new File('x').text",
        "new File('x') << 'y'",
        "def f = 'x' as File",
        "def f = (File) 'x'",
        "File f = ['x']",
        "new URL('http://x').text",
        "'http://x'.toURL().text",
        "'x' as URL",
        "URI u = 'x'.toURI()",
        "new Socket('x', 1)",
        "new ProcessBuilder('ls').start()",
        "new ArrayList()",
        "Class.forName('java.lang.System')",
        "''.class.forName('x')",
        "''.getClass()",
        "''.class",
        "[].class.classLoader",
        "String.classLoader",
        "''.metaClass.x = { }",
        "metaClass",
        "this.metaClass",
        "this.getMetaClass()",
        "this.binding",
        "binding",
        "getBinding().setVariable('a', 1)",
        "setProperty('a', 1)",
        "getProperty('binding')",
        "invokeMethod('exec', null)",
        "this.invokeMethod('run', null)",
        "super.run()",
        "run()",
        "run(new File('x'), [] as String[])",
        "evaluate('1')",
        "evaluate(new File('x'))",
        "Eval.me('1')",
        "new GroovyShell().evaluate('1')",
        "GroovyShell.main('x')",
        "owner.run()",
        "delegate",
        "thisObject",
        "def c = { }; c.delegate = 1",
        "def c = { }; c.setDelegate(1)",
        "def c = { }; c.metaClass",
        "def c = { }.memoize()",
        "def c = { }; c.owner",
        "'x'.with { it }",
        "'x'.tap { }",
        "use(String) { }",
        "[a: 1].@a",
        "''.@value",
        "def n = 'exit'; System.\"$n\"(0)",
        "print('x')",
        "printf('x')",
        "def a = new int[1]",
        "def x = [1] as int[]; Arrays.asList(x)",
        "@Deprecated def x = 1",
        "@groovy.transform.Field def x = 1",
        "@groovy.transform.ASTTest(value = { System.exit(0) }) def x = 1",
        "def c = { @Deprecated int a -> a }",
        "def c = { a = System.exit(0) -> a }",
        "\"${System.exit(0)}\"",
        "true ? System.exit(0) : 1",
        "[1].each { System.exit(it) }",
        "[a: System.exit(0)]",
        "assert System.exit(0) == null",
        "for (i in System.getenv().keySet()) { }",
        "switch (1) { case System.exit(0): break }",
        "try { } catch (java.io.IOException e) { }",
        "try { } catch (Exception e) { e.stackTrace }",
        "try { } catch (Exception e) { e.cause.class }",
        "System.env",
        "System.getenv('HOME')",
        "def e = Integer.getInteger('x')",
        "Long.getLong('x')",
        "ProcessHandle.current().destroy()",
        "java.nio.file.Files.delete(null)",
        "def p = Path.of('x')",
        "tempDir().toPath()",
        "def f = { -> }; f.asWritable()",
        "ServiceLoader.load(String)",
        "flag('PLASMA_E2E')",
        "setting('DISK')",
        "asserting('x')",
        "held(1, true)",
        "caught(null)",
        "service('chainfire')",
        "axis('engine')",
        "toggles",
        "toggles['PLASMA_E2E']",
        "services.\"${'chainfire'}\"",
        "def evaluate = { }",
        "def metaClass = 1",
        "synchronized (System.out) { }",
        "exec(*System.properties.keySet())",
        "(exec as Closure)",
        "Closure c = System.&exit",
        "1['class']",
        "''['class']['classLoader']",
        "def k = 'class'; ''[k]",
        "''[\"${'class'}\"]",
        "''.getAt('class')",
        "({ })['delegate'] = 1",
        "''['metaClass'] = null",
        "[a: 1]['class']",
        "def (File a, String b) = ['x', 'y']",
        "gate.dsl.Flag f = ['X', true]",
        "gate.dsl.LegCompiler c = null"
      })
  void that_goes_round_the_kernel(String escape) {
    String wrong = Recorded.wrong(temp, "step('a') {\n    " + escape + "\n    exec('true')\n}\n");
    assertThat(wrong).startsWith("legs/leg.groovy:2:");
    assertThat(wrong.replace(escape, "").replace("IOException", ""))
        .doesNotContain("Exception", "leg_", "_closure", "[Static", "\tat ");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "import java.io.File\nstep('a') { }",
        "import static java.lang.System.exit\nstep('a') { }",
        "import java.util.*\nstep('a') { }",
        "@Grab('x:y:1') import a.b\nstep('a') { }",
        "@Grab('x:y:1')\nstep('a') { }",
        "@groovy.transform.ASTTest(value = { System.exit(0) })\nimport java.util.List",
        "package x\nstep('a') { }",
        "class A { static { System.exit(0) } }",
        "enum A { B }",
        "interface A { }",
        "trait A { }",
        "record A(int b) { }",
        "@interface A { }",
        "def run() { 1 }",
        "def exec(String a) { null }",
        "def getBinding() { null }",
        "def main(String[] a) { System.exit(0) }",
        "def f(File x) { }",
        "File f() { null }",
        "def f(x = System.exit(0)) { }",
        "@Deprecated\ndef f() { }",
        "System.exit(0)",
        "def x = [1, { System.exit(0) }]",
        "def f(evaluate) { 1 }\nstep('a') { evaluate('System.exit(0)') }",
        "def f(invokeMethod) { 1 }\nstep('a') { invokeMethod('evaluate', '1') }",
        "def f(addShutdownHook) { 1 }\nstep('a') { addShutdownHook { } }",
        "def f() { def addShutdownHook = { 1 } }\nstep('a') { addShutdownHook { } }",
        "def f() { { getAt -> 1 } }\nstep('a') { getAt('binding') }",
        "step('a') { [1].each { sleep -> 1 }; sleep(5) }",
        "step('a') { if (true) { def use = 1 }; use(String) { } }",
        "def addShutdownHook(String s) { 1 }\nstep('a') { addShutdownHook { } }",
        "def sleep(String s) { 1 }\nstep('a') { sleep(5) }"
      })
  void that_declares_or_does_such_a_thing_itself(String script) {
    String wrong = Recorded.wrong(temp, script + "\n");
    assertThat(wrong)
        .startsWith("legs/leg.groovy:")
        .doesNotContain("Exception", "leg_", "_closure", "[Static", "\tat ");
  }

  @org.junit.jupiter.api.Test
  void that_can_not_be_read() {
    assertThat(Recorded.wrong(temp, "step('a') {\n    exec('a'\n}\n"))
        .startsWith("legs/leg.groovy:3:1: unexpected input")
        .contains("nothing closes the `(` of line 2");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "step(|unexpected|nothing closes the `(` of line 1",
        "step('x') { exec('true')|unexpected input|nothing closes the `{` of line 1",
        "step('x') { exec('{') // {|unexpected input|nothing closes the `{` of line 1",
        "step('x') { exec('a') } }|unexpected input|nothing opens the `}` of line 1",
        "step 'x'|`step` can't be called with a text|write `step('what it shows') { … }`",
        "step { exec('true') }|`step` can't be called with a closure|write `step('what it shows')",
        "step('x', whne: toggles.PLASMA_E2E) { }|`whne:` isn't known here|did you mean `when:`?",
        "step('x', if: toggles.PLASMA_E2E) { }|`if:` isn't known here|did you mean `when:`?",
        "step('x', when: true) { }|`when:` is true or false here|a flag does, as `when:",
        "step('x', artifacts: 'a') { }|`artifacts:` is a text here|write `artifacts: ['one',"
            + " 'two']`",
        "Step('x') { }|there is no `Step`|did you mean `step`?",
        "test('x') { }|there is no `test`|write `step('what it shows') { … }`",
      })
  void with_what_to_write_for_a_step(String script, String sentence, String hint) {
    assertThat(Recorded.wrong(temp, script + "\n")).contains(sentence).contains(hint);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "cargotest('a')|legs/leg.groovy:2:5: there is no `cargotest`|did you mean `cargoTest`?",
        "exce('a')|legs/leg.groovy:2:5: there is no `exce`|did you mean `exec`?",
        "cargoTest('a', tests: 'x')|`tests:` is a text here, but has to be true or false|one target"
            + " is `test: 'target'`",
        "cargoTest('a', test: true)|`test:` is true or false here|`tests: true` runs all",
        "cargoTest('a', release: 'yes')|`release:` is a text here|write `release: true`",
        "cargoTest('a', threads: '1')|`threads:` is a text here|write `threads: 1`",
        "cargoTest('a', package: 'b')|`package:` isn't known here|the package comes first",
        "cargoTest('a', env: 'A=B')|`env:` is a text here|write `env: [NAME: 'value']`",
        "cargoTest(test: 'x')|`cargoTest` can't be called with a map|write `cargoTest('package',",
        "exec cmd: 'ls'|`cmd:` isn't known here|write `exec('command', 'argument')`",
        "exec('ls', timeout: '5s')|`timeout:` isn't known here|a leg has one `timeout:`",
        "exec('ls', cwd: 'x')|`cwd:` isn't known here|did you mean `folder:`?",
        "exec('ls', expects: 1)|`expects:` isn't known here|did you mean `expect:`?",
        "exec('ls', xyzzy: 1)|`xyzzy:` isn't known here|`exec` takes env, expect, folder",
        "await('x', timeout: '5s') { true }|`timeout:` isn't known here|did you mean `within:`?",
        "await('x', within: 5) { true }|`within:` is a whole number here|write `within: '10s'`",
        "http.gett('x')|`gett` can't be used in a leg|did you mean `get`?",
        "http.gt('x')|`gt` can't be used in a leg|did you mean `get`?",
        "http.patch('x')|`patch` can't be used in a leg|`get`, `post`, `put` and `delete`",
        "http.get()|`get` can't be called with nothing|write `http.get(url)`",
        "http.get('x', header: [a: 'b'])|`header:` isn't known here|did you mean `headers:`?",
        "http.post('x', body: 'y')|`body:` isn't known here|`json: [key: 'value']` or `text:",
        "http.get('x').json().get('a')|a piece of JSON has no `get`|write `at('field')`",
        "files.delete('a')|`files` has no `delete`|it has `read`, `write` and `exists`",
        "files.wirte('a', 'b')|`wirte` can't be used in a leg|did you mean `write`?",
        "sh('ls')|there is no `sh`|write `shell('command",
        "http('GET', 'x')|there is no `http`|write `http.get(url)`",
        "post('x')|there is no `post`|write `http.post(url,",
        "read('x')|there is no `read`|write `files.read('path')`",
        "service('chainfire')|there is no `service`|write `services.NAME.url()`",
        "run('ls')|there is no `run`|run commands with `exec('command', 'argument')`",
        "waitFor('x') { true }|there is no `waitFor`|wait with `await(",
        "assertEquals(1, 1)|there is no `assertEquals`|write `assert a == b`",
        "cargoTest('a', tset: 'x')|`tset:` isn't known here|did you mean `test:`?",
        "cargoTest(5)|`cargoTest` can't be called with a whole number|write `cargoTest('package',"
            + " test: 'target')`",
        "await('x', 5) { true }|`await` can't be called with a text, a whole number, a"
            + " closure|write `await('what is awaited', within: '10s')",
        "log(toggles.PLASMA_E3E)|there is no toggle `PLASMA_E3E`|did you mean `PLASMA_E2E`?",
        "log(services.chainfier.url())|there is no service of this leg `chainfier`|did you mean"
            + " `chainfire`?",
        "log(axes.motor)|there is no axis of this leg `motor`|there is engine",
        "http.get('http://x').jsn()|`jsn` can't be used in a leg|did you mean `json`?",
        "http.get('http://x').json.leader|`json` is called with `()`|write `json()`",
        "def x = exec('a'); def y = [:]; log(y.value())|`value` that takes nothing|",
        "log(undeclared)|there is no `undeclared` here|declare it with `def`",
        "'ls'.execute()|`execute` can't be used in a leg|run commands with `exec('command',"
            + " 'argument')`",
        "System.exit(1)|`exit` can't be used in a leg|end a step with `fail('why')`",
        "int x = 'a'|a text can't become a whole number|"
      })
  void with_a_sentence_and_what_to_do(String line, String sentence, String hint) {
    String wrong = Recorded.wrong(temp, "step('a') {\n    " + line + "\n}\n");
    assertThat(wrong).contains(sentence).contains(hint == null ? "" : hint);
    assertThat(wrong).contains("|     " + line);
  }
}
