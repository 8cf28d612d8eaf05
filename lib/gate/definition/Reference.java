package gate.definition;

import gate.definition.Shape.Fields;
import gate.definition.Shape.Items;
import gate.definition.Shape.Label;
import gate.definition.Shape.OneOf;
import gate.definition.Shape.Span;
import gate.definition.Shape.Table;
import gate.definition.Shape.Template;
import gate.definition.Shape.Text;
import gate.definition.Shape.Truth;
import gate.definition.Shape.Variants;
import gate.definition.Shape.Whole;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells the model to people, as Markdown. */
final class Reference {
  static final String EXAMPLE =
      """
      # yaml-language-server: $schema=docs/matrix.schema.json
      name: integration-matrix
      workspaces:
        platform: { path: reference, env: MATRIX_WORKSPACE }
      toggles:
        SKIP_PLASMA: { type: flag, help: Skip the legs that cover plasmavmc }
        PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto }
      not-toggles: [PLASMAVMC_LOG]
      services:
        chainfire:
          endpoint: CHAINFIRE_ENDPOINT
          health: /healthz
          start:
            bin: chainfire-server
            replicas: 3
            args: ["--id", "{index}", "--listen", "127.0.0.1:{port}", "--data", "{dir}"]
      legs:
        chainfire-flaredb:
          title: Raft + gossip cluster
          covers: [chainfire, flaredb]
          services: [chainfire]
          timeout: 5m
        flaredb-engines:
          title: Every engine, with one node and with three
          needs: [chainfire-flaredb]
          skip: SKIP_PLASMA
          axes: { engine: [redb, sled], nodes: [1, 3] }
          exclude: [{ engine: sled, nodes: 3 }]
      gate: { max-age: 7d, flaky: deny, unbound: [docs/evidence, CHANGELOG.md] }
      """;

  private static final String INTRODUCTION =
      """
      <!-- Made by gate.definition.Schema.markdown(); renewed by its test with RENEW=1. -->
      # matrix.yaml

      What runs: the toggles, services and legs of an integration matrix, and what a release asks
      for. How a leg runs stands in its Groovy script, `legs/NAME.groovy`. The first line of the
      example lets editors complete and check the file; `matrix lint` checks all of it.

      """;

  private static final String NOTES =
      """
      ## Lengths of time
      A whole number and a unit, without a blank: `500ms`, `30s`, `5m`, `2h`, `7d`; more than nothing.

      ## Placeholders
      `args` and `env` of a service's `start` may hold these; any other word in braces is refused,
      while braces around anything else (JSON, for instance) are passed on as they are.

      | placeholder | stands for |
      |---|---|
      | `{port}` | the free port that this replica listens on |
      | `{index}` | the replica's number |
      | `{dir}` | a folder of the replica's own |
      | `{peers}` | the addresses of all replicas |
      | `{endpoint:SERVICE}` | the URL of another service, which is started first |

      ## Axes
      A leg with `axes` becomes a cell for each combination of values, such as
      `flaredb-engines@engine=redb,nodes=1`. All cells share the leg's script, which asks for its
      values. `exclude` takes out every cell that has all values of one of its entries. A leg may
      have 256 cells (before `exclude`), and who `needs` it needs all of them. In ids and scripts
      a value is text, also where it is written as a number.

      ## Toggles
      `DRY_RUN` and `LOG_DIR` are built in and can't be declared. The variable at a workspace's
      `env` is a toggle of type `path` without being declared. `skip` and `planned` name flags. A
      variable that is one letter away from a toggle stops the run, unless `not-toggles` names it.

      ## YAML, but not all of it
      One document of at most 1 MiB in UTF-8, lists and mappings nested at most 20 deep. Anchors,
      aliases, merge keys and tags aren't read, and no key may be given twice. Where a text is
      wanted, what YAML 1.1 takes for something else has to be quoted: `"on"`, `"yes"`, `"no"`,
      `"5"`, `"1.10"`, `"2026-01-31"`. Whole numbers are written in plain digits.

      ## What only the loader checks
      The JSON Schema can't know that a name is declared (legs in `needs`, services, workspaces,
      toggles), that no circle of `needs` is left, that a default is one of the `values`, that no
      variable has two meanings, that `exclude` fits `axes` and leaves a cell, or what the part
      above says about YAML itself. `matrix lint` and every run check that too, before anything runs.
      """;

  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> rules = new TreeMap<>();

  String text() {
    text.append(INTRODUCTION).append("```yaml\n").append(EXAMPLE).append("```\n\n");
    section("The file", Model.ROOT);
    section(Model.WORKSPACE);
    toggles(Model.TOGGLE);
    section(Model.SERVICE);
    section(Model.START);
    section(Model.LEG);
    section(Model.RUNS);
    section(Model.GATE);
    text.append("## Texts\n| text | rule |\n|---|---|\n");
    rules.forEach((noun, rule) -> text.append("| " + noun + " | " + cell(rule) + " |\n"));
    return text.append('\n').append(NOTES).toString();
  }

  private void section(Fields fields) {
    section(fields.id(), fields);
  }

  private void section(String title, Fields fields) {
    text.append("## " + title + "\n" + fields.help() + ".\n\n");
    table(fields.keys());
    if (!fields.anyOf().isEmpty()) {
      text.append("At least one of `" + String.join("` and `", fields.anyOf()));
      text.append("` has to be there.\n\n");
    }
    fields.only().forEach((key, other) -> text.append("`" + key + "` needs `" + other + "`.\n\n"));
  }

  private void toggles(Variants toggle) {
    text.append("## " + toggle.id() + "\n" + toggle.help() + ".\n\n");
    toggle
        .cases()
        .forEach((word, fields) -> {
          String meaning = ((OneOf) toggle.by().shape()).words().get(word);
          text.append("`" + toggle.by().name() + ": " + word + "`: " + meaning + ".\n\n");
          table(fields.keys().stream().filter(key -> !key.equals(toggle.by())).toList());
        });
  }

  private void table(List<Key> keys) {
    text.append("| key | what it is | value | where left out | example |\n|---|---|---|---|---|\n");
    for (Key key : keys) {
      text.append("| `" + key.name() + "` | " + cell(key.help()));
      text.append(" | " + cell(value(key.shape())) + " | " + absent(key));
      text.append(" | `" + cell(key.example()) + "` |\n");
    }
    text.append('\n');
  }

  private static String absent(Key key) {
    if (key.required()) {
      return "**required**";
    }
    return key.fallback().filter(it -> !it.isEmpty()).map(it -> "`" + it + "`").orElse("–");
  }

  private String value(Shape shape) {
    return switch (shape) {
      case Text one -> noun(one);
      case Span _ -> "a length of time";
      case Template _ -> "a text with placeholders";
      case Whole whole -> "a whole number from " + whole.least() + " to " + whole.most();
      case Truth _ -> "`true` or `false`";
      case OneOf oneOf -> oneOf.meanings();
      case Label label -> noun(label.text()) + " or a whole number";
      case Items items -> list(items);
      case Table table -> "a mapping: for each " + table.noun() + " " + value(table.value());
      case Fields fields -> "a [" + fields.id() + "](#" + fields.id() + ")";
      case Variants variants -> "a [" + variants.id() + "](#" + variants.id() + ")";
    };
  }

  private String noun(Text one) {
    rules.put(one.noun(), one.rule());
    return one.noun();
  }

  private String list(Items items) {
    String fewest = items.fewest() > 0 ? " of at least " + items.fewest() : "";
    String distinct = items.distinct() ? ", none of them twice" : "";
    return "a list" + fewest + distinct + "; each item " + value(items.item());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
