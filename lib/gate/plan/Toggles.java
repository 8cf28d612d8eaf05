package gate.plan;

import gate.base.Names;
import gate.base.Secrets;
import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.definition.Service;
import gate.definition.Toggle;
import gate.definition.Workspace;
import gate.plan.ToggleValue.Source;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The toggles of a run.
 *
 * @param values every toggle, built-in ones first, then the definition's, then the workspaces'
 *     variables
 * @param endpoints the URLs that the user names, without a slash at the end, by service
 * @param secrets the values that nobody may see
 */
public record Toggles(
    Map<String, ToggleValue> values, Map<String, String> endpoints, Secrets secrets) {
  private static final Set<String> ON = Set.of("1", "true", "yes", "on");
  private static final Set<String> OFF = Set.of("", "0", "false", "no", "off");

  public Toggles {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    endpoints = Map.copyOf(endpoints);
  }

  /** Whether a flag is on. */
  public boolean on(String flag) {
    return values.get(flag).on();
  }

  /** A toggle's value. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name)).flatMap(ToggleValue::value);
  }

  /**
   * Reads them.
   *
   * @param set what {@code --set} gave, each {@code TOGGLE=VALUE}
   * @throws Refused with a sentence for each bad value, unknown name, and look-alike
   */
  public static Toggles read(Definition definition, World world, List<String> set) {
    return new Reader(definition, world).read(set);
  }

  private static final class Reader {
    private final Definition definition;
    private final World world;
    private final Map<String, Toggle> known = new LinkedHashMap<>();
    private final Set<String> endpoints = new TreeSet<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    Reader(Definition definition, World world) {
      this.definition = definition;
      this.world = world;
      known.put(BuiltIn.DRY_RUN, built(BuiltIn.DRY_RUN, Toggle.Type.FLAG));
      known.put(BuiltIn.LOG_DIR, built(BuiltIn.LOG_DIR, Toggle.Type.PATH));
      known.putAll(definition.toggles());
      for (Workspace workspace : definition.workspaces().values()) {
        workspace.env().ifPresent(env -> known.putIfAbsent(env, built(env, Toggle.Type.PATH)));
      }
      definition.services().values().forEach(it -> it.endpoint().ifPresent(endpoints::add));
    }

    private static Toggle built(String name, Toggle.Type type) {
      return new Toggle(
          name,
          type,
          List.of(),
          Optional.empty(),
          false,
          BuiltIn.TOGGLES.getOrDefault(name, "the folder of a workspace"),
          gate.base.Position.WHOLE_FILE);
    }

    Toggles read(List<String> set) {
      Map<String, String> given = given(set);
      world.env().keySet().forEach(this::lookAlike);
      Map<String, ToggleValue> values = new LinkedHashMap<>();
      known.values().forEach(toggle -> values.put(toggle.name(), value(toggle, given)));
      Map<String, String> urls = new LinkedHashMap<>();
      for (Service service : definition.services().values()) {
        service
            .endpoint()
            .map(name -> given.getOrDefault(name, world.env(name)))
            .filter(url -> !url.isEmpty())
            .ifPresent(url -> urls.put(service.name(), url(service.endpoint().get(), url)));
      }
      if (!problems.isEmpty()) {
        throw new Refused(problems);
      }
      return new Toggles(values, urls, Secrets.of(secrets));
    }

    private Map<String, String> given(List<String> set) {
      Map<String, String> given = new LinkedHashMap<>();
      for (String assignment : set) {
        int at = assignment.indexOf('=');
        String name = at < 0 ? assignment : assignment.substring(0, at);
        if (!known.containsKey(name) && !endpoints.contains(name)) {
          problems.add(
              "--set %s: there is no toggle %s; %s"
                  .formatted(Shown.value(name), Shown.value(name), alternatives(name)));
        } else if (known.containsKey(name) && known.get(name).secret()) {
          problems.add(
              "--set %s: `%s` is secret, and a command line can be read by every user of this machine; set it in the environment: %s=… ./jbang matrix.java"
                  .formatted(name, name, name));
        } else if (at < 0) {
          problems.add(
              "--set %s has no value; write `--set %s=VALUE`".formatted(Shown.value(name), name));
        } else if (given.put(name, assignment.substring(at + 1)) != null) {
          problems.add("--set gives `%s` twice; give it once".formatted(name));
        }
      }
      return given;
    }

    private String alternatives(String name) {
      Set<String> names = new TreeSet<>(known.keySet());
      names.addAll(endpoints);
      return Names.nearest(name, names)
          .map(nearest -> "did you mean `%s`?".formatted(nearest))
          .orElse("the toggles are " + Shown.names(names));
    }

    private void lookAlike(String variable) {
      if (known.containsKey(variable)
          || endpoints.contains(variable)
          || definition.notToggles().contains(variable)) {
        return;
      }
      Set<String> names = new TreeSet<>(known.keySet());
      names.addAll(endpoints);
      Optional<String> meant =
          names.stream().filter(name -> Names.oneEditApart(variable, name)).findFirst();
      if (meant.isPresent()) {
        problems.add(
            "%s is set in the environment; did you mean `%s`? If not, list it in `not-toggles` of %s"
                .formatted(Shown.value(variable), meant.get(), definition.file()));
      } else if (variable.startsWith("MATRIX_")) {
        problems.add(
            "%s is set in the environment, but no toggle has that name; %s; if it isn't meant for"
                    .formatted(Shown.value(variable), alternatives(variable))
                + " the matrix, list it in `not-toggles` of %s".formatted(definition.file()));
      }
    }

    private ToggleValue value(Toggle toggle, Map<String, String> given) {
      String name = toggle.name();
      if (given.containsKey(name)) {
        return of(toggle, given.get(name), Source.COMMAND_LINE);
      }
      if (world.env().containsKey(name) && (toggle.type() == Toggle.Type.FLAG || !blank(name))) {
        return of(toggle, world.env(name), Source.ENVIRONMENT);
      }
      return toggle
          .defaultValue()
          .map(value ->
              new ToggleValue(name, Optional.of(atDefinition(toggle, value)), Source.DEFAULT))
          .orElse(new ToggleValue(name, Optional.empty(), Source.UNSET));
    }

    private boolean blank(String name) {
      return world.env(name).isEmpty();
    }

    private String atDefinition(Toggle toggle, String value) {
      return toggle.type() == Toggle.Type.PATH
          ? definition.folder().resolve(value).normalize().toString()
          : value;
    }

    private ToggleValue of(Toggle toggle, String text, Source source) {
      Optional<String> value =
          switch (toggle.type()) {
            case FLAG -> flag(toggle, text, source);
            case CHOICE -> choice(toggle, text, source);
            case PATH -> path(toggle, text, source);
            case NUMBER -> number(toggle, text, source);
            case TEXT -> toggle.secret() ? secret(toggle, text) : Optional.of(text);
          };
      return new ToggleValue(toggle.name(), value, source);
    }

    private Optional<String> flag(Toggle toggle, String text, Source source) {
      String word = text.toLowerCase(Locale.ROOT);
      if (ON.contains(word)) {
        return Optional.of("1");
      }
      if (!OFF.contains(word)) {
        bad(
            toggle,
            text,
            source,
            "is a flag: 1, true, yes or on turn it on, 0, false, no or off turn it off");
      }
      return Optional.empty();
    }

    private Optional<String> choice(Toggle toggle, String text, Source source) {
      if (toggle.values().contains(text)) {
        return Optional.of(text);
      }
      bad(
          toggle,
          text,
          source,
          "is one of "
              + String.join(", ", toggle.values())
              + Names.nearest(text, toggle.values())
                  .map(" (did you mean `%s`?)"::formatted)
                  .orElse(""));
      return Optional.empty();
    }

    private Optional<String> path(Toggle toggle, String text, Source source) {
      try {
        if (!text.isBlank()) {
          return Optional.of(world.folder().resolve(text).normalize().toString());
        }
        bad(toggle, text, source, "is a path");
      } catch (InvalidPathException e) {
        bad(toggle, text, source, "is a path: " + e.getReason());
      }
      return Optional.empty();
    }

    /** What is wrong with it is said without quoting it. */
    private Optional<String> secret(Toggle toggle, String text) {
      if (!Secrets.longEnough(text)) {
        problems.add(
            "%s is secret and shorter than %d characters; masking it would tear every log to pieces: set a longer one"
                .formatted(toggle.name(), Secrets.FEWEST));
      } else {
        secrets.put(toggle.name(), text);
      }
      return Optional.of(text);
    }

    private Optional<String> number(Toggle toggle, String text, Source source) {
      if (text.matches("-?[0-9]{1,15}")) {
        return Optional.of(String.valueOf(Long.parseLong(text)));
      }
      bad(toggle, text, source, "is a whole number");
      return Optional.empty();
    }

    private void bad(Toggle toggle, String text, Source source, String rule) {
      problems.add(
          "%s=%s (%s): %s %s"
              .formatted(toggle.name(), Shown.value(text), source, toggle.name(), rule));
    }

    private String url(String variable, String text) {
      try {
        URI uri = new URI(text);
        String scheme = String.valueOf(uri.getScheme());
        if ((scheme.equals("http") || scheme.equals("https"))
            && uri.getHost() != null
            && uri.getQuery() == null
            && uri.getFragment() == null) {
          return text.replaceFirst("/+$", "");
        }
      } catch (URISyntaxException e) {
        // said below
      }
      problems.add(
          "%s=%s: an endpoint is a URL such as `http://127.0.0.1:7001`"
              .formatted(variable, Shown.value(text)));
      return text;
    }
  }
}
