package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gate.base.Diagnostic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The mutants that only the loader can tell from a good definition: the schema has no words. */
@DisplayName("Only the loader says of")
class RulesTest {
  /**
   * A change to the full definition, and all that is then wrong.
   *
   * @param what the change in words
   * @param from text of the full definition; empty to add at its end
   * @param to what stands there instead
   * @param faults {@code line:column: message}, or with {@code → suggestion} at its end
   */
  private record Mutant(String what, String from, String to, String... faults) {}

  private static final Mutant[] MUTANTS = {
    new Mutant(
        "an unknown leg in needs",
        "needs: [engines]",
        "needs: [engine]",
        "47:40: unknown leg `engine` in `needs` of leg `last`; known: chainfire-flaredb, engines,"
            + " last → did you mean `engines`?"),
    new Mutant(
        "a leg that needs itself",
        "needs: [engines]",
        "needs: [last]",
        "47:40: leg `last` needs itself → remove it"),
    new Mutant(
        "a cell in needs",
        "needs: [engines]",
        "needs: [\"engines@engine=redb,nodes=1\"]",
        "47:40: item 1 of `needs` of leg `last` can't be `engines@engine=redb,nodes=1`; wanted:"
            + " lower-case letters, digits and `-`, beginning with a letter, at most 64"),
    new Mutant(
        "legs that need each other",
        "needs: [chainfire-flaredb]",
        "needs: [last]",
        "36:13: legs need each other in a circle: `engines → last → engines` → remove one of these"
            + " `needs`"),
    new Mutant(
        "an unknown service of a leg",
        "services: [chainfire, flaredb]",
        "services: [chainfire, flardb]",
        "37:27: unknown service `flardb` in leg `engines`; known: chainfire, flaredb → did you mean"
            + " `flaredb`?"),
    new Mutant(
        "an unknown toggle in skip",
        "skip: SKIP_PLASMA",
        "skip: SKIP_PLASM",
        "41:11: unknown toggle `SKIP_PLASM` in `skip` of leg `engines`; known: SKIP_PLASMA,"
            + " TENANT_LOOP → did you mean `SKIP_PLASMA`?"),
    new Mutant(
        "a choice in skip",
        "skip: SKIP_PLASMA",
        "skip: PLASMA_ACCEL",
        "41:11: toggle `PLASMA_ACCEL` in `skip` of leg `engines` is a choice; it has to be a flag →"
            + " flags: SKIP_PLASMA, TENANT_LOOP"),
    new Mutant(
        "a workspace's variable in planned",
        "planned: TENANT_LOOP",
        "planned: MATRIX_WORKSPACE",
        "42:14: toggle `MATRIX_WORKSPACE` in `planned` of leg `engines` is a path; it has to be a"
            + " flag → flags: SKIP_PLASMA, TENANT_LOOP"),
    new Mutant(
        "a built-in toggle in skip",
        "skip: SKIP_PLASMA",
        "skip: DRY_RUN",
        "41:11: `DRY_RUN` in `skip` of leg `engines` is built in; a leg can't depend on it →"
            + " declare a flag toggle for it"),
    new Mutant(
        "one flag in skip and planned",
        "planned: TENANT_LOOP",
        "planned: SKIP_PLASMA",
        "42:14: leg `engines` could never run: `SKIP_PLASMA` skips it when on, and it is planned"
            + " until then → keep one of `skip` and `planned`"),
    new Mutant(
        "an unknown axis in exclude",
        "exclude: [{ engine: sled,",
        "exclude: [{ engin: sled,",
        "46:17: unknown axis `engin` in `exclude` of leg `engines`; known: engine, nodes → did you"
            + " mean `engine`?"),
    new Mutant(
        "an unknown value in exclude",
        "nodes: 3 }]",
        "nodes: 2 }]",
        "46:38: unknown value `2` of axis `nodes` in `exclude` of leg `engines`; known: 1, 3"),
    new Mutant(
        "everything excluded",
        "exclude: [{ engine: sled, nodes: 3 }]",
        "exclude: [{ nodes: 3 }, { nodes: 1 }]",
        "46:5: `exclude` of leg `engines` leaves no cell → leave at least one combination"),
    new Mutant(
        "a value twice, as a number and as a text",
        "nodes: [1, 3]",
        "nodes: [1, 3, \"1\"]",
        "45:49: `1` is given twice in axis `nodes` of leg `engines` → remove one of the two"),
    new Mutant(
        "values that differ in case only",
        "engine: [redb, sled]",
        "engine: [redb, sled, Sled]",
        "45:34: `sled` and `Sled` of axis `engine` of leg `engines` differ in case only → cells are"
            + " folders too, and not every file system tells them apart"),
    new Mutant(
        "a default that is no value",
        "default: auto",
        "default: kvn",
        "9:68: `default` of toggle `PLASMA_ACCEL` isn't one of its values: `kvn`; known: auto, kvm,"
            + " tcg → did you mean `kvm`?"),
    new Mutant(
        "a secret for all to read",
        "default: eu-west-1, secret: false",
        "default: eu-west-1, secret: true",
        "12:53: toggle `REGION` is secret, and its `default` stands here for all to read → remove"
            + " the `default`"),
    new Mutant(
        "a secret that is no text",
        "TENANT_LOOP: { type: flag }",
        "TENANT_LOOP: { type: flag, secret: true }",
        "8:30: `secret` doesn't go with `type: flag` in toggle `TENANT_LOOP` → remove it, or make"
            + " it `type: text`"),
    new Mutant(
        "a toggle too much like a built-in one",
        "  ROUNDS: {",
        "  LOGDIR: {",
        "11:3: toggle `LOGDIR` is too much like `LOG_DIR`, which is built in → choose another"
            + " name"),
    new Mutant(
        "a workspace's variable that is a flag",
        "env: MATRIX_WORKSPACE",
        "env: TENANT_LOOP",
        "4:37: `env` of workspace `platform` names the toggle `TENANT_LOOP`, which is a flag; it"
            + " has to be a path → remove the toggle, or make it `type: path`"),
    new Mutant(
        "a size that is a number",
        "disk: 40GiB",
        "disk: 40",
        "5:34: `disk` of workspace `tools` must be a size (a whole number and `MiB`, `GiB` or"
            + " `TiB`, such as `6GiB`), not the number `40`"),
    new Mutant(
        "a size in other units",
        "memory: 512MiB",
        "memory: 512MB",
        "5:49: `memory` of workspace `tools` can't be `512MB`; wanted: a whole number and `MiB`,"
            + " `GiB` or `TiB`, such as `6GiB`"),
    new Mutant(
        "one variable for two workspaces",
        "{ path: ../tools, disk: 40GiB, memory: 512MiB }",
        "{ path: ../tools, env: MATRIX_WORKSPACE }",
        "5:33: `MATRIX_WORKSPACE` is the variable of workspace `platform` already → give workspace"
            + " `tools` a variable of its own"),
    new Mutant(
        "an endpoint that is a toggle",
        "endpoint: CHAINFIRE_ENDPOINT",
        "endpoint: ROUNDS",
        "17:15: `endpoint` of service `chainfire` is a toggle: `ROUNDS` → give the endpoint a"
            + " variable of its own"),
    new Mutant(
        "one endpoint for two services",
        "flaredb: { start",
        "flaredb: { endpoint: CHAINFIRE_ENDPOINT, start",
        "27:24: `CHAINFIRE_ENDPOINT` is the variable of service `chainfire` already → give service"
            + " `flaredb` a variable of its own"),
    new Mutant(
        "a toggle in not-toggles",
        "[PLASMAVMC_LOG]",
        "[PLASMAVMC_LOG, ROUNDS]",
        "14:30: `ROUNDS` in `not-toggles` is declared as a toggle → remove one of the two"),
    new Mutant(
        "an endpoint in not-toggles",
        "[PLASMAVMC_LOG]",
        "[CHAINFIRE_ENDPOINT]",
        "14:15: `CHAINFIRE_ENDPOINT` in `not-toggles` is the variable of service `chainfire` →"
            + " remove one of the two"),
    new Mutant(
        "an unknown workspace",
        "workspace: platform\n",
        "workspace: plattform\n",
        "20:18: unknown workspace `plattform` in `start` of service `chainfire`; known: platform,"
            + " tools → did you mean `platform`?"),
    new Mutant(
        "no workspace where there are several",
        "      workspace: platform\n",
        "",
        "19:5: `workspace` is missing in `start` of service `chainfire`: there are several; known:"
            + " platform, tools → add `workspace: platform`, for example"),
    new Mutant(
        "an unknown service in a placeholder",
        "{endpoint:chainfire}",
        "{endpoint:chainfir}",
        "27:65: unknown service `chainfir` in `args` of `start` of service `flaredb`; known:"
            + " chainfire, flaredb → did you mean `chainfire`?"),
    new Mutant(
        "a service's own endpoint in a placeholder",
        "{endpoint:chainfire}",
        "{endpoint:flaredb}",
        "27:65: `{endpoint:flaredb}` in `args` of `start` of service `flaredb` is its own endpoint"
            + " → use `{port}` for its own port, or `{peers}` for its replicas"),
    new Mutant(
        "services that need each other's endpoint",
        "PEERS: \"{peers}\"",
        "PEERS: \"{endpoint:flaredb}\"",
        "24:37: services need each other's endpoint to start: `chainfire → flaredb → chainfire` →"
            + " break the circle: one of them has to start without the other's endpoint"),
    new Mutant(
        "an unknown toggle in require",
        "require: [SKIP_PLASMA]",
        "require: [SKIP_PLASMA, ROUND]",
        "50:26: unknown toggle `ROUND` in `require` of `gate`; known: SKIP_PLASMA, TENANT_LOOP,"
            + " PLASMA_ACCEL, PLASMAVMC_QEMU_PATH, ROUNDS, REGION, TOKEN, MATRIX_WORKSPACE → did"
            + " you mean `ROUNDS`?"),
    new Mutant(
        "a built-in toggle in require",
        "require: [SKIP_PLASMA]",
        "require: [DRY_RUN]",
        "50:13: `require` of `gate` can't ask for `DRY_RUN`: it is built in → remove it"),
    new Mutant(
        "a number with a plus",
        "retries: 2",
        "retries: +2",
        "39:14: `retries` of leg `engines` must be a whole number from 0 to 5, not `+2`"),
    new Mutant(
        "a hexadecimal number",
        "retries: 2",
        "retries: 0x2",
        "39:14: `retries` of leg `engines` must be a whole number from 0 to 5 in plain digits, not"
            + " `0x2`"),
    new Mutant(
        "an octal number",
        "retries: 2",
        "retries: 02",
        "39:14: `retries` of leg `engines` must be a whole number from 0 to 5 in plain digits, not"
            + " `02`"),
    new Mutant(
        "a number with nothing behind its point",
        "retries: 2",
        "retries: 2.0",
        "39:14: `retries` of leg `engines` must be a whole number from 0 to 5, not the number"
            + " `2.0`"),
    new Mutant(
        "a name that YAML takes for true or false",
        "  last: {",
        "  on: {",
        "47:3: the name of a leg must be a name, not `on`, which is true or false in YAML → quote"
            + " it: `\"on\"`"),
    new Mutant(
        "an anchor",
        "title: Every engine",
        "title: &t Every engine",
        "35:12: anchors and aliases aren't read: anchor `&t` → write the value out where it is"
            + " used"),
    new Mutant(
        "a tag",
        "title: Every engine",
        "title: !!str 5",
        "35:12: YAML tags aren't read: `tag:yaml.org,2002:str` → remove it; a text that looks like"
            + " a number is quoted instead"),
    new Mutant(
        "a key given twice",
        "title: Every engine",
        "title: Every engine\n    title: Every engine",
        "36:5: `title` is given twice; first at line 35 → keep one of the two"),
    new Mutant(
        "a second document",
        "",
        "---\nname: other\n",
        "61:1: a second document begins here; a definition is one document → remove the `---`, or"
            + " move what follows to a file of its own")
  };

  @TestFactory
  @DisplayName("what is wrong with it:")
  Stream<DynamicTest> mutants() {
    return Stream.of(MUTANTS).map(it -> dynamicTest(it.what(), () -> check(it)));
  }

  private static void check(Mutant mutant) {
    assertThat(Fixture.FULL).contains(mutant.from());
    String yaml =
        mutant.from().isEmpty()
            ? Fixture.FULL + mutant.to()
            : replaceOnce(Fixture.FULL, mutant.from(), mutant.to());
    Loaded loaded =
        DefinitionLoader.parse(Path.of("matrix.yaml"), yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(loaded).isInstanceOf(Loaded.Failed.class);
    assertThat(((Loaded.Failed) loaded).diagnostics())
        .extracting(RulesTest::inOneLine)
        .containsExactly(mutant.faults());
  }

  private static String inOneLine(Diagnostic fault) {
    String suggestion = fault.suggestion().map(it -> " → " + it).orElse("");
    return fault.position().line()
        + ":"
        + fault.position().column()
        + ": "
        + fault.message()
        + suggestion;
  }

  private static String replaceOnce(String text, String from, String to) {
    int at = text.indexOf(from);
    assertThat(text.indexOf(from, at + 1)).as("`" + from + "` is there once").isNegative();
    return text.substring(0, at) + to + text.substring(at + from.length());
  }
}
