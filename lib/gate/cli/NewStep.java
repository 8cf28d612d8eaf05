package gate.cli;

import gate.base.Shown;
import gate.definition.Definition;
import gate.definition.Service;
import gate.plan.Refused;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the first step of a new leg does. */
sealed interface NewStep {
  /**
   * A Cargo test.
   *
   * @param workspace where the definition has several
   * @param target of {@code --test}; empty: all tests of the package
   */
  record Cargo(Optional<String> workspace, String packageName, Optional<String> target)
      implements NewStep {}

  /** A command, as it would be typed. */
  record Command(String line) implements NewStep {}

  /** A request of a service. */
  record Http(String service, String path) implements NewStep {}

  /** What {@code cargo test} takes for a name. */
  Pattern CRATE = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

  /** Words that need no shell. */
  Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./ -]+");

  /**
   * {@code PACKAGE}, {@code PACKAGE/TARGET} or {@code WORKSPACE:PACKAGE/TARGET}.
   *
   * @throws Refused where it isn't
   */
  static NewStep cargo(String text, Definition definition) {
    List<String> workspaces = List.copyOf(definition.workspaces().keySet());
    if (workspaces.isEmpty()) {
      throw new Refused(
          "Cargo tests need a workspace, and %s names none; add `workspaces: { main: { path: FOLDER } }` first"
              .formatted(definition.file()));
    }
    Matcher words =
        Pattern.compile("(?:(?<w>[^:/]+):)?(?<p>[^:/]+)(?:/(?<t>[^:/]+))?").matcher(text);
    if (!words.matches()
        || !CRATE.matcher(words.group("p")).matches()
        || words.group("t") != null && !CRATE.matcher(words.group("t")).matches()) {
      throw new Refused(
          "%s names no Cargo test; write PACKAGE or PACKAGE/TARGET, as `flaredb/failover`"
              .formatted(Shown.value(text)));
    }
    Optional<String> workspace = Optional.ofNullable(words.group("w"));
    if (workspace.isEmpty() && workspaces.size() > 1
        || workspace.filter(it -> !workspaces.contains(it)).isPresent()) {
      throw new Refused(
          "%s has to begin with one of the workspaces and `:`, which are %s"
              .formatted(Shown.value(text), Shown.names(workspaces)));
    }
    return new Cargo(
        workspaces.size() > 1 ? workspace : Optional.empty(),
        words.group("p"),
        Optional.ofNullable(words.group("t")));
  }

  /**
   * @throws Refused where it is empty, or has what no line has
   */
  static NewStep command(String line) {
    if (line.isBlank() || line.chars().anyMatch(Character::isISOControl)) {
      throw new Refused("%s is no command".formatted(Shown.value(line)));
    }
    return new Command(line.strip());
  }

  /**
   * {@code SERVICE} or {@code SERVICE/PATH}.
   *
   * @throws Refused where there is no such service, or nothing that a leg could talk to
   */
  static NewStep http(String text, Definition definition) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    Service service = definition.services().get(name);
    if (service == null) {
      throw new Refused(unknown("service", name, definition.services().keySet()));
    }
    if (service.byTests()) {
      throw new Refused(
          "service `%s` is started by tests, so a step has none to talk to; give it a `start:` in %s"
              .formatted(name, definition.file()));
    }
    String path = slash < 0 ? "/" : text.substring(slash);
    if (!path.matches("[!-~]+") || path.contains("\"") || path.contains("$")) {
      throw new Refused("%s is no path of a URL".formatted(Shown.value(path)));
    }
    return new Http(name, path);
  }

  /** As {@code there is no service `x`; did you mean `y`?}. */
  static String unknown(String what, String name, java.util.Collection<String> known) {
    return "there is no %s %s; %s"
        .formatted(
            what,
            Shown.value(name),
            gate.base.Names.nearest(name, known)
                .map("did you mean `%s`?"::formatted)
                .orElse("the %ss are %s".formatted(what, Shown.names(known))));
  }

  /** What its script says. */
  default String call() {
    return switch (this) {
      case Cargo cargo ->
          "cargoTest(%s%s%s)"
              .formatted(
                  quoted(cargo.packageName()),
                  cargo.target().map(it -> ", test: " + quoted(it)).orElse(""),
                  cargo.workspace().map(it -> ", workspace: " + quoted(it)).orElse(""));
      case Command command when PLAIN.matcher(command.line()).matches() ->
          "exec(%s)"
              .formatted(
                  String.join(
                      ", ",
                      List.of(command.line().split(" +")).stream().map(NewStep::quoted).toList()));
      case Command command -> "shell(%s)".formatted(quoted(command.line()));
      case Http http ->
          "http.get(\"${services.%s.url()}%s\")"
              .formatted(
                  http.service().contains("-") ? quoted(http.service()) : http.service(),
                  http.path().replace("\\", "\\\\"));
    };
  }

  /** What it is called, where nobody says. */
  default String title() {
    return switch (this) {
      case Cargo cargo ->
          "the tests of "
              + cargo.packageName()
              + cargo.target().map(" in "::concat).orElse("")
              + " pass";
      case Command command -> command.line().split(" ")[0] + " succeeds";
      case Http http -> http.service() + " answers";
    };
  }

  /** A text in Groovy. */
  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
