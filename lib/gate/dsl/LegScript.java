package gate.dsl;

import gate.base.Durations;
import groovy.lang.Closure;
import groovy.lang.Script;
import groovy.transform.NamedParam;
import groovy.transform.NamedParams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/**
 * What a leg's script may say. Its own lines tell of steps; actions stand in the steps. The public
 * methods are the words of docs/writing-legs.md; {@code flag}, {@code setting}, {@code service} and
 * {@code axis} stand for {@code toggles.X}, {@code services.X} and {@code axes.X}, {@code qemu} and
 * {@code disk} for {@code qemu.path} and {@code disk.path}.
 */
public abstract class LegScript extends Script {
  private static final Pattern DURATION = Pattern.compile(Durations.PATTERN);

  private final List<Step> steps = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** What the asserts ask for that have begun, the outer ones first. */
  private final List<String> asserted = new ArrayList<>();

  private Context context;
  private String file = "";
  private boolean inStep;

  /** Runs the script's own lines. */
  List<Step> collect(Context given, String fileName) {
    context = given;
    file = fileName;
    Places.located(file, getClass(), this::run);
    return List.copyOf(steps);
  }

  /** A step. */
  public void step(String name, Closure<?> body) {
    step(Map.of(), name, body);
  }

  /**
   * A step that waits for toggles, whose virtual machines want an accelerator, or that says which
   * files it writes.
   */
  public void step(
      @NamedParams({
            @NamedParam(value = "when", type = Condition.class),
            @NamedParam(value = "accelerator", type = CharSequence.class),
            @NamedParam(value = "artifacts", type = List.class)
          })
          Map<String, ?> named,
      String name,
      Closure<?> body) {
    if (inStep) {
      throw new StepFailed("a step stands inside a step; put it beside it");
    }
    NamedWords.check("step", named);
    if (name.isBlank() || name.length() > 200 || name.lines().count() != 1) {
      throw new StepFailed("a step's name is one line of 1 to 200 characters");
    }
    if (!names.add(name)) {
      throw new StepFailed("two steps are called `%s`; give one another name".formatted(name));
    }
    Optional<String> accelerator =
        Optional.ofNullable(named.get("accelerator")).map(String::valueOf);
    accelerator
        .filter(it -> !it.equals("kvm"))
        .ifPresent(it -> {
          throw new StepFailed("accelerator: `%s`: the only one is 'kvm'".formatted(it));
        });
    steps.add(
        new Step(
            steps.size() + 1,
            name,
            Optional.ofNullable((Condition) named.get("when")),
            accelerator,
            artifacts(named.get("artifacts")),
            0,
            () -> perform(body)));
  }

  private static List<String> artifacts(Object value) {
    List<?> said = value instanceof List<?> list ? list : List.of();
    List<String> names = new ArrayList<>();
    for (Object name : said) {
      if (!(name instanceof CharSequence) || String.valueOf(name).isBlank()) {
        throw new StepFailed("artifacts: %s names no file".formatted(name));
      }
      names.add(String.valueOf(name));
    }
    return names;
  }

  private void perform(Closure<?> body) {
    inStep = true;
    asserted.clear();
    try {
      Places.located(
          file,
          getClass(),
          () -> {
            body.call();
            allAsserted(0);
          });
    } finally {
      inStep = false;
    }
  }

  /**
   * @throws StepFailed where an assert has begun since there were so many, and came to no end
   */
  private void allAsserted(int before) {
    if (asserted.size() > before) {
      String first = asserted.get(before);
      asserted.subList(before, asserted.size()).clear();
      throw new StepFailed(
          "`assert %s` came to no end: what it asks for went wrong, and the script caught that"
              .formatted(first));
    }
  }

  private Actions actions(String word) {
    if (!inStep) {
      throw new StepFailed(
          "`%s` stands outside a step; put it into `step('…') { … }`".formatted(word));
    }
    return context.actions();
  }

  /** A command, a word each; words are texts, numbers, or one list of them. */
  public Result exec(Object... words) {
    return exec(Map.of(), words);
  }

  /** A command, a word each; words are texts, numbers, or one list of them. */
  public Result exec(
      @NamedParams({
            @NamedParam(value = "env", type = Map.class),
            @NamedParam(value = "folder", type = CharSequence.class),
            @NamedParam(value = "expect", type = Object.class)
          })
          Map<String, ?> named,
      Object... words) {
    NamedWords.check("exec", named);
    List<String> argv = words(words);
    if (argv.isEmpty() || argv.getFirst().isBlank()) {
      throw new StepFailed("`exec` needs a command");
    }
    if (argv.size() == 1 && argv.getFirst().contains(" ") && !argv.getFirst().startsWith("/")) {
      throw new StepFailed(
          "exec('%s') names one command with blanks in it; write exec('%s'), or shell('…') for a shell"
              .formatted(argv.getFirst(), String.join("', '", argv.getFirst().split(" +"))));
    }
    return actions("exec").exec(command(named, argv, Optional.empty()));
  }

  private static List<String> words(Object... words) {
    List<?> said =
        words.length == 1 && words[0] instanceof List<?> list ? list : Arrays.asList(words);
    List<String> argv = new ArrayList<>();
    for (Object word : said) {
      if (!(word instanceof CharSequence || word instanceof Number || word instanceof Boolean)) {
        throw new StepFailed("exec: %s is no word of a command".formatted(word));
      }
      argv.add(String.valueOf(word));
    }
    return argv;
  }

  /** A text for bash, with pipefail. */
  public Result shell(String text) {
    return shell(Map.of(), text);
  }

  /** A text for bash, with pipefail. */
  public Result shell(
      @NamedParams({
            @NamedParam(value = "env", type = Map.class),
            @NamedParam(value = "folder", type = CharSequence.class),
            @NamedParam(value = "expect", type = Object.class)
          })
          Map<String, ?> named,
      String text) {
    NamedWords.check("shell", named);
    return actions("shell")
        .exec(command(named, List.of("bash", "-euo", "pipefail", "-c", text), Optional.of(text)));
  }

  private static Command command(Map<String, ?> named, List<String> argv, Optional<String> shell) {
    List<Integer> expect = codes("expect", named.get("expect"));
    return new Command(
        argv,
        shell,
        env(named),
        Optional.ofNullable(named.get("folder")).map(it -> Path.of(String.valueOf(it))),
        expect.isEmpty() ? List.of(0) : expect);
  }

  /** Tests of a Cargo package. */
  public void cargoTest(String packageName) {
    cargoTest(Map.of(), packageName);
  }

  /** Tests of a Cargo package. */
  public void cargoTest(
      @NamedParams({
            @NamedParam(value = "workspace", type = CharSequence.class),
            @NamedParam(value = "test", type = CharSequence.class),
            @NamedParam(value = "bin", type = CharSequence.class),
            @NamedParam(value = "example", type = CharSequence.class),
            @NamedParam(value = "lib", type = Boolean.class),
            @NamedParam(value = "bins", type = Boolean.class),
            @NamedParam(value = "tests", type = Boolean.class),
            @NamedParam(value = "doc", type = Boolean.class),
            @NamedParam(value = "case", type = CharSequence.class),
            @NamedParam(value = "filter", type = CharSequence.class),
            @NamedParam(value = "ignored", type = Boolean.class),
            @NamedParam(value = "features", type = List.class),
            @NamedParam(value = "allFeatures", type = Boolean.class),
            @NamedParam(value = "defaultFeatures", type = Boolean.class),
            @NamedParam(value = "release", type = Boolean.class),
            @NamedParam(value = "profile", type = CharSequence.class),
            @NamedParam(value = "env", type = Map.class),
            @NamedParam(value = "threads", type = Integer.class)
          })
          Map<String, ?> named,
      String packageName) {
    NamedWords.check("cargoTest", named);
    actions("cargoTest").cargoTest(CargoTests.of(named, packageName));
  }

  /** HTTP requests. */
  public HttpWords getHttp() {
    return new HttpWords(() -> actions("http"));
  }

  /** Files. */
  public FileWords getFiles() {
    return new FileWords(() -> actions("files"));
  }

  /** The step's own folder. */
  public String tempDir() {
    return actions("tempDir").tempDir().toString();
  }

  /** Asks until it holds. */
  public void await(String what, Closure<?> condition) {
    await(Map.of(), what, condition);
  }

  /** Asks until it holds. */
  public void await(
      @NamedParams({
            @NamedParam(value = "within", type = CharSequence.class),
            @NamedParam(value = "every", type = CharSequence.class)
          })
          Map<String, ?> named,
      String what,
      Closure<?> condition) {
    NamedWords.check("await", named);
    actions("await")
        .await(
            what,
            duration("within", named.get("within"), Duration.ofSeconds(30)),
            duration("every", named.get("every"), Duration.ofMillis(200)),
            () -> look(condition));
  }

  private Object look(Closure<?> condition) {
    int before = asserted.size();
    try {
      Object answer = condition.call();
      allAsserted(before);
      if (answer instanceof Closure) {
        throw new StepFailed("its `{ }` gives another one, which nothing calls");
      }
      return answer;
    } finally {
      asserted.subList(before, asserted.size()).clear();
    }
  }

  /** A line for the step's log. */
  public void log(String line) {
    actions("log").log(line);
  }

  @Override
  public void println(Object value) {
    actions("println").log(String.valueOf(value));
  }

  @Override
  public void println() {
    actions("println").log("");
  }

  /** Ends the step as failed. */
  public void fail(String why) {
    throw remembered(new StepFailed(why));
  }

  /** An assert begins; the compiler puts this before what it asks for. */
  public int asserting(String text) {
    asserted.add(text);
    return asserted.size();
  }

  /** Whether the assert of that number holds; the compiler puts this into each. */
  public boolean held(int number, Object value) {
    allAsserted(number);
    String text = asserted.removeLast();
    if (value instanceof Closure) {
      throw new StepFailed("`assert %s` asks nothing: nothing calls its `{ }`".formatted(text));
    }
    boolean holds = DefaultTypeTransformation.castToBoolean(value);
    if (!holds && inStep) {
      remembered(new StepFailed("`assert %s` doesn't hold".formatted(text)));
    }
    return holds;
  }

  /** What is caught; the compiler puts this into each {@code catch}. */
  public void caught(Throwable thrown) {
    if (!inStep) {
      return;
    }
    switch (thrown) {
      case StepFailed failed -> remembered(failed);
      case AssertionError failed -> remembered(new StepFailed(String.valueOf(failed.getMessage())));
      default -> {}
    }
  }

  private StepFailed remembered(StepFailed failed) {
    Places.place(failed, file, getClass()).ifPresent(failed::at);
    actions("fail").failed(failed);
    return failed;
  }

  /** A flag's value. */
  public Flag flag(String name) {
    return context.flags().get(name);
  }

  /** Another toggle's value. */
  public Setting setting(String name) {
    return context.settings().get(name);
  }

  /** A service of the leg. */
  public Endpoint service(String name) {
    return actions("services." + name).service(name);
  }

  /** {@code qemu.path}: QEMU's binary. */
  public String qemu(String property) {
    return actions("qemu." + property).qemu().toString();
  }

  /** {@code disk.path}: what virtual machines boot. */
  public String disk(String property) {
    return actions("disk." + property).disk().toString();
  }

  /** The cell's value of an axis. */
  public String axis(String name) {
    return context.axes().get(name);
  }

  static Map<String, String> env(Map<String, ?> named) {
    Map<String, String> env = new LinkedHashMap<>();
    if (named.get("env") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> env.put(String.valueOf(key), String.valueOf(value)));
    }
    env.forEach((name, value) -> {
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || value.indexOf('\0') >= 0) {
        throw new StepFailed("env: `%s` can't be an environment variable".formatted(name));
      }
    });
    return env;
  }

  static List<Integer> codes(String name, Object value) {
    return switch (value) {
      case null -> List.of();
      case Integer code -> List.of(code);
      case List<?> codes when codes.stream().allMatch(Integer.class::isInstance) ->
          codes.stream().map(Integer.class::cast).toList();
      default ->
          throw new StepFailed(
              "%s: %s: it is a number or a list of numbers".formatted(name, value));
    };
  }

  static Duration duration(String name, Object value, Duration usual) {
    if (value == null) {
      return usual;
    }
    String text = String.valueOf(value);
    if (!DURATION.matcher(text).matches()) {
      throw new StepFailed(
          "%s: `%s` is no length of time; write a whole number and ms, s, m, h or d, as '10s'"
              .formatted(name, text));
    }
    return Durations.parse(text);
  }
}
