package gate.cli;

import gate.base.Reason;
import gate.base.Shown;
import gate.base.Subcommands;
import gate.base.World;
import gate.definition.Definition;
import gate.kernel.DryWalk;
import gate.plan.Plan;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix new}. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Adds a leg that runs: a script, and its line in the definition. On a terminal it asks for"
            + " what no option says.")
final class NewCommand extends Answering {
  private static final String NAME = "[a-z][a-z0-9-]{0,63}";

  @Mixin private Common common;

  @Parameters(paramLabel = "LEG", description = "Its name: lower-case letters, digits and -.")
  private String leg;

  @Option(names = "--title", paramLabel = "TEXT", description = "What it shows, in one line.")
  private String title;

  @Option(
      names = "--covers",
      paramLabel = "NAME",
      split = ",",
      description = "The services that it covers, separated by commas.")
  private List<String> covers;

  @Option(
      names = "--services",
      paramLabel = "NAME",
      split = ",",
      description = "The services that have to be up for it, separated by commas.")
  private List<String> services;

  @Option(
      names = "--cargo",
      paramLabel = "PACKAGE[/TARGET]",
      description = "Its step runs these Cargo tests.")
  private String cargo;

  @Option(names = "--command", paramLabel = "LINE", description = "Its step runs this command.")
  private String command;

  @Option(
      names = "--http",
      paramLabel = "SERVICE[/PATH]",
      description = "Its step asks this service.")
  private String http;

  NewCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() throws IOException {
    Definition definition = Project.load(world(), common.file()).definition();
    Path script = script(definition);
    NewLeg made;
    try {
      made = made(definition);
    } catch (Questions.NoMore e) {
      throw new Refused("no answer: nothing was written");
    }
    add(definition, script, made);
    world().out().printf("%s%n%s: a leg `%s`%n", script, definition.file(), leg);
    List<String> words = new ArrayList<>(Subcommands.before(List.of(leg)));
    words.add(leg);
    world()
        .out()
        .printf("try it: ./jbang matrix.java %s%s%n", String.join(" ", words), common.again());
    return ExitCode.OK;
  }

  /** Where its script goes. */
  private Path script(Definition definition) {
    if (!leg.matches(NAME)) {
      throw new Refused(
          "`%s` can't name a leg: lower-case letters, digits and `-`, beginning with a letter, at most 64"
              .formatted(leg));
    }
    if (definition.legs().stream().anyMatch(it -> it.script().equals(leg))) {
      throw new Refused(
          "there is a leg `%s` already; `matrix show %s` shows it".formatted(leg, leg));
    }
    Path script = definition.folder().resolve("legs").resolve(leg + ".groovy");
    if (Files.exists(script)) {
      throw new Refused("%s is there already; declare its leg by hand".formatted(script));
    }
    return script;
  }

  private NewLeg made(Definition definition) {
    Optional<Questions> questions =
        silent() ? Questions.onTerminal(world().err()) : Optional.empty();
    if (questions.isPresent()) {
      return asked(definition, questions.get());
    }
    NewStep step = step(definition);
    return new NewLeg(
        leg,
        title(title == null ? usualTitle() : title),
        covers == null ? List.of() : covers(String.join(",", covers)),
        withOwn(step, services == null ? List.of() : services(definition, join(services))),
        step);
  }

  private static String join(List<String> names) {
    return String.join(",", names);
  }

  /** Whether no option says anything. */
  private boolean silent() {
    return Stream.of(title, covers, services, cargo, command, http).allMatch(it -> it == null);
  }

  private NewLeg asked(Definition definition, Questions questions) {
    String known =
        definition.services().isEmpty()
            ? ""
            : " (" + Shown.names(definition.services().keySet()) + ")";
    String shows = questions.ask("What does it show?", usualTitle(), NewCommand::title);
    List<String> covered =
        questions.ask("Which services does it cover?" + known, "none", NewCommand::covers);
    List<String> needed =
        definition.services().isEmpty()
            ? List.of()
            : questions.ask(
                "Which of them have to be up for it?", "none", it -> services(definition, it));
    NewStep step = askedStep(definition, questions);
    return new NewLeg(leg, shows, covered, withOwn(step, needed), step);
  }

  private static NewStep askedStep(Definition definition, Questions questions) {
    String kind =
        questions.ask(
            "What does its step do: cargo (tests), command, or http (asks a service)?",
            "command",
            it -> kind(definition, it));
    return switch (kind) {
      case "cargo" ->
          questions.ask(
              "Which Cargo tests? PACKAGE or PACKAGE/TARGET:",
              "",
              it -> NewStep.cargo(it, definition));
      case "http" ->
          questions.ask("Which service? SERVICE/PATH:", "", it -> NewStep.http(it, definition));
      default -> questions.ask("Which command?", "echo hello", NewStep::command);
    };
  }

  private static String kind(Definition definition, String text) {
    Set<String> kinds = Set.of("cargo", "command", "http");
    if (!kinds.contains(text)) {
      throw new Refused(NewStep.unknown("kind", text, List.of("cargo", "command", "http")));
    }
    if (text.equals("cargo") && definition.workspaces().isEmpty()) {
      NewStep.cargo("x", definition);
    }
    if (text.equals("http") && definition.services().isEmpty()) {
      throw new Refused(
          "there is no service to ask; declare one below `services:` in " + definition.file());
    }
    return text;
  }

  private NewStep step(Definition definition) {
    if (Stream.of(cargo, command, http).filter(it -> it != null).count() > 1) {
      throw new Refused(
          "a new leg has one step: leave out all but one of --cargo, --command, --http");
    }
    if (cargo != null) {
      return NewStep.cargo(cargo, definition);
    }
    return http != null
        ? NewStep.http(http, definition)
        : NewStep.command(command == null ? "echo hello" : command);
  }

  private String usualTitle() {
    return "What %s shows".formatted(leg);
  }

  private static String title(String text) {
    if (text.isBlank() || text.length() > 200 || text.chars().anyMatch(Character::isISOControl)) {
      throw new Refused("%s is no title: it is one line of text".formatted(Shown.value(text)));
    }
    return text.strip();
  }

  private static List<String> names(String text) {
    return text.equals("none")
        ? List.of()
        : Stream.of(text.split("[,\\s]+")).filter(it -> !it.isEmpty()).distinct().toList();
  }

  private static List<String> covers(String text) {
    for (String name : names(text)) {
      if (!name.matches(NAME)) {
        throw new Refused("%s is no service's name".formatted(Shown.value(name)));
      }
    }
    return names(text);
  }

  private static List<String> services(Definition definition, String text) {
    for (String name : names(text)) {
      if (!definition.services().containsKey(name)) {
        throw new Refused(NewStep.unknown("service", name, definition.services().keySet()));
      }
    }
    return names(text);
  }

  /** The service that its step asks has to be up. */
  private static List<String> withOwn(NewStep step, List<String> services) {
    return step instanceof NewStep.Http asks
        ? Stream.concat(Stream.of(asks.service()), services.stream()).distinct().toList()
        : services;
  }

  /** Refuses tests that cargo knows not to be there. */
  private void findTests(Project project) {
    Plan plan = project.plan(project.toggles(common.dry()), List.of(leg));
    try (CargoTargets targets = new CargoTargets(world())) {
      List<String> wrong =
          plan.legs().stream()
              .filter(it -> it.leg().id().equals(leg))
              .flatMap(it -> DryWalk.of(plan, it, targets::missing).wrong().stream())
              .toList();
      if (!wrong.isEmpty()) {
        throw new Refused(wrong);
      }
    }
  }

  /** Writes both files, or none: the definition is moved to its place last, when all is right. */
  private void add(Definition definition, Path script, NewLeg made) throws IOException {
    Path legs = script.getParent();
    if (Files.exists(legs) && !Files.isDirectory(legs)) {
      throw new Refused(legs + " is no folder, so no script can be written there");
    }
    if (!Files.isWritable(definition.file())) {
      throw unwritten(definition.file(), "it can't be changed");
    }
    byte[] after = made.in(definition);
    Deque<Path> begun = new ArrayDeque<>();
    try {
      writing(
          script,
          () -> {
            if (!Files.exists(legs)) {
              begun.push(Files.createDirectory(legs));
            }
            begun.push(Files.createFile(script));
            Files.writeString(script, made.script());
          });
      writing(
          definition.file(),
          () -> {
            begun.push(Files.createTempFile(definition.folder(), ".matrix-", ".yaml"));
            Files.copy(
                definition.file(),
                begun.peek(),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
            Files.write(begun.peek(), after);
          });
      Path draft = begun.getFirst();
      Project project = Project.load(world(), Optional.of(draft));
      project.scripts(project.toggles(common.set()));
      if (made.step() instanceof NewStep.Cargo) {
        findTests(project);
      }
      writing(
          definition.file(),
          () ->
              Files.move(
                  draft, definition.file().toRealPath(), StandardCopyOption.REPLACE_EXISTING));
      begun.clear();
    } finally {
      for (Path path : begun) {
        Files.deleteIfExists(path);
      }
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void writing(Path file, Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw unwritten(file, Reason.of(e));
    }
  }

  private static Refused unwritten(Path file, String why) {
    return new Refused("%s can't be written: %s; nothing was added".formatted(file, why));
  }
}
