package gate.definition;

import gate.base.Sizes;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every key of matrix.yaml: the one table that loader, JSON Schema and reference share. */
final class Model {
  private static final String ONE_LINE =
      "[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff";

  static final Text NAME =
      new Text(
          "a name",
          "^[a-z][a-z0-9-]*$",
          64,
          "lower-case letters, digits and `-`, beginning with a letter, at most 64",
          true);

  static final Text VARIABLE =
      new Text(
          "the name of an environment variable",
          "^[A-Z][A-Z0-9_]*$",
          64,
          "upper-case letters, digits and `_`, beginning with a letter, at most 64",
          true);

  static final Text OWN_VARIABLE = VARIABLE.refusing(builtIn());

  private static final Text LINE =
      new Text(
          "a line of text",
          "^" + ONE_LINE + " ](?:" + ONE_LINE + "]*" + ONE_LINE + " ])?$",
          200,
          "1 to 200 characters in one line, without blanks around them",
          false);

  private static final Text PATH =
      new Text(
          "a path",
          "^" + ONE_LINE + "]+$",
          1000,
          "relative to the folder that holds the definition, or absolute",
          false);

  private static final Text INSIDE =
      new Text(
          "a path inside the repository",
          insidePattern(),
          1000,
          "relative, with `/` between its parts, no `.` or `..` among them, and no wildcards",
          false);

  private static final Text CARGO_NAME =
      new Text(
          "a Cargo name",
          "^[A-Za-z_][A-Za-z0-9_-]*$",
          64,
          "letters, digits, `_` and `-`, not beginning with a digit, at most 64",
          false);

  private static final Text HEALTH =
      new Text(
          "a health check",
          "^(?:/[A-Za-z0-9/._~!$&'()*+,;=:@%?-]*|tcp|grpc(?::[A-Za-z0-9._/-]{1,100})?)$",
          200,
          "a path of a URL that begins with `/`, or `grpc`, `grpc:SERVICE` or `tcp`",
          false);

  private static final Text ANYTHING =
      new Text("a text", "^[^\\u0000\\ud800-\\udfff]*$", 10_000, "any text without NUL", false);

  private static final Text WORD =
      new Text(
          "a word",
          "^[A-Za-z0-9._-]+$",
          64,
          "letters, digits, `.`, `_` and `-`, at most 64",
          false);

  private static final Text SIZE =
      new Text(
          "a size",
          Sizes.PATTERN,
          9,
          "a whole number and `MiB`, `GiB` or `TiB`, such as `6GiB`",
          false);

  private static final Text TAGS =
      new Text(
          "a pattern of tags",
          "^[A-Za-z0-9*][A-Za-z0-9._/*+-]*$",
          100,
          "letters, digits, `.`, `_`, `/`, `+`, `-`, and `*` for any text, at most 100",
          false);

  private static final Text SIGNER =
      new Text(
          "a signer's name",
          "^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
          100,
          "letters, digits, `.`, `_`, `@`, `+` and `-`, at most 100",
          false);

  private static final Items NAMES = new Items(NAME, 0, true);

  private static final Key TYPE =
      Key.required("type", new OneOf(toggleTypes()), "flag", "What its value may be");

  private static final Key HELP =
      Key.withDefault("help", LINE, "", "Run the end-to-end tests on a real VM", "What it does");

  static final Variants TOGGLE =
      new Variants(
          "toggle", "An environment variable that changes a run", TYPE, Ordered.map(toggles()));

  static final Fields WORKSPACE =
      new Fields(
          "workspace",
          "A Cargo workspace that the legs test",
          Key.required(
              "path",
              PATH,
              "reference",
              "Its folder, relative to the definition's folder, or absolute; `..` may be used"),
          Key.optional(
              "env",
              OWN_VARIABLE,
              "MATRIX_WORKSPACE",
              "The environment variable that names another folder; a toggle of type `path`,"
                  + " which needn't be declared"),
          Key.withDefault(
              "disk",
              SIZE,
              "6GiB",
              "20GiB",
              "What a cold build of it may write; a run warns where less is free"),
          Key.withDefault(
              "memory",
              SIZE,
              "2GiB",
              "8GiB",
              "What building and testing it may take; a run warns where less is available"));

  static final Fields START =
      new Fields(
          "start",
          "How to start a service from a workspace",
          Key.optional(
              "workspace", NAME, "platform", "The workspace; may be left out where there is one"),
          Key.optional("package", CARGO_NAME, "chainfire", "The Cargo package of the binary"),
          Key.required("bin", CARGO_NAME, "chainfire-server", "The binary"),
          Key.withDefault("replicas", new Whole(1, 9), "1", "3", "How many are started"),
          Key.optional(
              "args",
              new Items(new Template(), 0, false),
              "[\"--listen\", \"127.0.0.1:{port}\"]",
              "Its arguments, with placeholders"),
          Key.optional(
              "env",
              new Table("variable", VARIABLE, new Template(), 0),
              "{ RUST_LOG: info }",
              "Its environment variables; the values may have placeholders"),
          Key.withDefault(
              "timeout", new Span(), "30s", "30s", "How long it may take until it is healthy"));

  static final Fields SERVICE =
      new Fields(
          "service",
          "Something that legs need reachable, at an endpoint that the user names or started from a"
              + " workspace",
          List.of(
              Key.optional(
                  "endpoint",
                  OWN_VARIABLE,
                  "CHAINFIRE_ENDPOINT",
                  "The environment variable that holds its URL; where it is set, nothing is"
                      + " started"),
              Key.optional(
                  "health",
                  HEALTH,
                  "/healthz",
                  "What answers once the service is up: the path of a GET, `grpc` or `grpc:SERVICE`"
                      + " for gRPC's health check, or `tcp`, for which a connection is enough"),
              Key.optional("start", START, "{ bin: chainfire-server }", "How to start it"),
              Key.optional(
                  "started-by",
                  new OneOf(
                      Map.of(
                          "tests",
                          "where nobody names its endpoint, the gate starts nothing, and the tests"
                              + " start their own")),
                  "tests",
                  "Who starts it in the gate's place")),
          List.of("endpoint", "start"),
          Map.of("started-by", "endpoint"));

  static final Fields LEG =
      new Fields(
          "leg",
          "A hand-over between services; its script is `legs/NAME.groovy`",
          List.of(
              Key.required("title", LINE, "Raft + gossip cluster", "What it shows, in one line"),
              Key.optional("covers", NAMES, "[chainfire, flaredb]", "The services it covers"),
              Key.optional(
                  "needs",
                  NAMES,
                  "[chainfire-flaredb]",
                  "The legs that have to pass first; a leg with axes with all its cells"),
              Key.optional(
                  "services", NAMES, "[chainfire]", "The services that have to be reachable"),
              Key.withDefault("timeout", new Span(), "10m", "5m", "How long it may take"),
              Key.withDefault(
                  "retries", new Whole(0, 5), "0", "1", "How many times it may be tried again"),
              Key.withDefault(
                  "cpus",
                  new Whole(1, 1024),
                  "1",
                  "4",
                  "How many processors an engine sets aside for it; without an engine of no"
                      + " concern"),
              Key.optional(
                  "memory",
                  SIZE,
                  "8GiB",
                  "How much memory an engine sets aside for it; by default as much as the engine"
                      + " says"),
              Key.optional(
                  "locks",
                  NAMES,
                  "[kvm]",
                  "Names of what it can't share; legs of a run with a lock in common never run side"
                      + " by side. Another run at the same time doesn't know of them"),
              Key.optional(
                  "skip", VARIABLE, "SKIP_PLASMA", "The flag toggle that skips the leg when on"),
              Key.optional(
                  "planned", VARIABLE, "TENANT_LOOP", "The flag toggle that the leg waits for"),
              Key.optional(
                  "allow",
                  new Items(new OneOf(allowed()), 0, true),
                  "[flaky]",
                  "Outcomes that make the run partial instead of red"),
              Key.optional(
                  "env",
                  new Table("variable", VARIABLE, ANYTHING, 0),
                  "{ RUST_BACKTRACE: \"1\" }",
                  "Environment variables of its processes"),
              Key.optional(
                  "axes",
                  new Table("axis", NAME, new Items(label(), 1, true), 1),
                  "{ engine: [redb, sled], nodes: [1, 3] }",
                  "Values to run the leg with; it becomes a cell for each combination"),
              Key.optional(
                  "exclude",
                  new Items(new Table("axis", NAME, label(), 1), 0, true),
                  "[{ engine: sled, nodes: 3 }]",
                  "Combinations that aren't run; axes left out match any value")),
          List.of(),
          Map.of("exclude", "axes"));

  static final Fields GATE =
      new Fields(
          "gate",
          "What a release asks of the evidence",
          Key.optional("max-age", new Span(), "7d", "How old the evidence may be"),
          Key.optional(
              "require",
              new Items(VARIABLE, 0, true),
              "[PLASMA_E2E]",
              "Toggles that have to be set in the run"),
          Key.optional(
              "accelerator",
              new OneOf(accelerators()),
              "kvm",
              "What the virtual machines have to run on; not asked for where left out"),
          Key.withDefault(
              "flaky",
              new OneOf(flaky()),
              "deny",
              "deny",
              "What becomes of a leg that passed only when tried again"),
          Key.optional(
              "unbound",
              new Items(INSIDE, 0, true),
              "[docs/evidence, CHANGELOG.md]",
              "Files and folders that may change between the run and the release, relative to the"
                  + " repository; the evidence itself always may"),
          Key.optional(
              "tags",
              new Items(TAGS, 0, true),
              "[\"v*\"]",
              "The tags that are releases: the hook lets none of them out without evidence, and the"
                  + " latest one before is what cases are counted against"),
          Key.withDefault(
              "signature",
              new OneOf(signatures()),
              "optional",
              "required",
              "Whether the evidence has to be signed"),
          Key.optional(
              "signers",
              new Items(SIGNER, 0, true),
              "[release@example.org]",
              "Who of docs/allowed-signers may sign; all of them where left out"),
          Key.withDefault(
              "cases",
              new Whole(0, 999_999),
              "0",
              "1",
              "How many cases each leg has to have passed at least"),
          Key.withDefault(
              "fewer-cases",
              new OneOf(fewerCases()),
              "deny",
              "deny",
              "What becomes of a leg that passed fewer cases than in the last release"),
          Key.withDefault(
              "budget",
              SIZE,
              "16MiB",
              "16MiB",
              "How much room the logs of one kept run may take in the repository, compressed;"
                  + " those left out are listed with their hash"));

  static final Fields RUNS =
      new Fields(
          "runs",
          "Which runs' folders are kept. The latest whole run's always is, and one that still runs,"
              + " here or on a cluster",
          List.of(
              Key.optional(
                  "most", new Whole(1, 99_999), "20", "How many; of more, the oldest are deleted"),
              Key.optional("max-age", new Span(), "30d", "How old; older ones are deleted")),
          List.of("most", "max-age"),
          Map.of());

  static final Fields ROOT =
      new Fields(
          "matrix",
          "The definition of an integration matrix",
          Key.required("name", NAME, "integration-matrix", "What the matrix is called"),
          Key.optional(
              "workspaces",
              new Table("workspace", NAME, WORKSPACE, 0),
              "{ platform: { path: reference } }",
              "The Cargo workspaces that the legs test"),
          Key.optional(
              "toggles",
              new Table("toggle", OWN_VARIABLE, TOGGLE, 0),
              "{ PLASMA_E2E: { type: flag } }",
              "Environment variables that change a run; `DRY_RUN` and `LOG_DIR` are built in"),
          Key.optional(
              "not-toggles",
              new Items(OWN_VARIABLE, 0, true),
              "[PLASMAVMC_LOG]",
              "Environment variables that look like toggles, but aren't"),
          Key.optional(
              "services",
              new Table("service", NAME, SERVICE, 0),
              "{ chainfire: { endpoint: CHAINFIRE_ENDPOINT } }",
              "What legs need reachable"),
          Key.required(
              "legs",
              new Table("leg", NAME, LEG, 1),
              "{ chainfire-flaredb: { title: Raft + gossip cluster } }",
              "The legs, in the order in which they are listed everywhere"),
          Key.optional(
              "runs",
              RUNS,
              "{ most: 20, max-age: 30d }",
              "Which runs' folders in `.cccc/work/integration-matrix` are kept, after each run and"
                  + " by `matrix clean`; without it no run is deleted"),
          Key.optional("gate", GATE, "{ max-age: 7d }", "What a release asks of the evidence"));

  private Model() {}

  private static Label label() {
    return new Label(WORD, new Whole(0, 999_999_999));
  }

  private static String insidePattern() {
    String part = "(?!\\.{1,2}(?:/|$))" + ONE_LINE + "/\\\\*?\\[\\]]+";
    return "^" + part + "(?:/" + part + ")*/?$";
  }

  private static Map<String, String> builtIn() {
    Map<String, String> reasons = new LinkedHashMap<>();
    BuiltIn.TOGGLES.forEach((name, help) -> reasons.put(name, "it is built in (" + help + ")"));
    return reasons;
  }

  private static Map<String, String> toggleTypes() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("flag", "on (`1`, `true`, `yes`, `on`) or off; off where nobody sets it");
    types.put("choice", "one of `values`");
    types.put("path", "a file or folder");
    types.put("number", "a whole number");
    types.put("text", "any text; with `secret: true` one that nobody may see");
    return Ordered.map(types);
  }

  private static Map<String, Fields> toggles() {
    Map<String, Fields> cases = new LinkedHashMap<>();
    cases.put("flag", new Fields("flag", "On or off", TYPE, HELP));
    cases.put(
        "choice",
        new Fields(
            "choice",
            "One of a few words",
            TYPE,
            Key.required(
                "values", new Items(WORD, 2, true), "[auto, kvm, tcg]", "What it chooses from"),
            Key.optional("default", WORD, "auto", "Its value where nobody sets it"),
            HELP));
    cases.put(
        "path",
        new Fields(
            "path",
            "A file or folder",
            TYPE,
            Key.optional("default", PATH, "/var/lib/images", "Its value where nobody sets it"),
            HELP));
    cases.put(
        "number",
        new Fields(
            "number",
            "A whole number",
            TYPE,
            Key.optional(
                "default",
                new Whole(-999_999_999_999_999L, 999_999_999_999_999L),
                "4",
                "Its value where nobody sets it"),
            HELP));
    cases.put(
        "text",
        new Fields(
            "text",
            "Any text",
            TYPE,
            Key.optional("default", LINE, "eu-west-1", "Its value where nobody sets it"),
            Key.withDefault(
                "secret",
                new Truth(),
                "false",
                "true",
                "Whether nobody may see it: it is set in the environment only, and masked wherever"
                    + " it would be shown or kept"),
            HELP));
    return cases;
  }

  private static Map<String, String> allowed() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("flaky", "it passed only when tried again");
    words.put("leaked", "it left processes behind");
    return Ordered.map(words);
  }

  private static Map<String, String> accelerators() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("kvm", "on KVM only");
    words.put("tcg", "emulation is enough");
    return Ordered.map(words);
  }

  private static Map<String, String> signatures() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("required", "unsigned evidence doesn't count");
    words.put("optional", "unsigned evidence counts; a signature that is there has to be right");
    return Ordered.map(words);
  }

  private static Map<String, String> fewerCases() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("deny", "no release");
    words.put("allow", "it is told in the release notes only");
    return Ordered.map(words);
  }

  private static Map<String, String> flaky() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("deny", "the run is red");
    words.put("allow", "the run is partial");
    return Ordered.map(words);
  }
}
