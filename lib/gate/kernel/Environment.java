package gate.kernel;

import gate.base.World;
import gate.plan.ToggleValue;
import gate.plan.Toggles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a child gets to know: an allow-list of the gate's own environment, and the toggles. */
public final class Environment {
  /**
   * None that differs by the terminal or the session, as TERM and XDG_SESSION_ID: each is written
   * down, and a run that is resumed would repeat everything.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "TMPDIR",
          "LANG",
          "LANGUAGE",
          "TZ",
          "CI",
          "NO_COLOR",
          "JAVA_HOME",
          "LD_LIBRARY_PATH",
          "DYLD_LIBRARY_PATH",
          "PKG_CONFIG_PATH",
          "CC",
          "CXX",
          "AR",
          "CFLAGS",
          "CXXFLAGS",
          "LDFLAGS",
          "LIBRARY_PATH",
          "CPATH",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "SDKROOT",
          "MACOSX_DEPLOYMENT_TARGET",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "CARGO_HOME",
          "CARGO_TARGET_DIR",
          "CARGO_INCREMENTAL",
          "CARGO_NET_OFFLINE",
          "CARGO_NET_GIT_FETCH_WITH_CLI",
          "CARGO_HTTP_CAINFO",
          "CARGO_ENCODED_RUSTFLAGS",
          "RUSTUP_HOME",
          "RUSTUP_TOOLCHAIN",
          "RUSTFLAGS",
          "RUSTDOCFLAGS",
          "RUSTC",
          "RUSTC_WRAPPER",
          "RUST_BACKTRACE",
          "RUST_LOG",
          "RUST_MIN_STACK");

  private static final Pattern ALLOWED_TOO =
      Pattern.compile(
          "LC_[A-Z]+|XDG_(?:[A-Z]+_(?:HOME|DIRS)|RUNTIME_DIR)|NIX_[A-Z_]+"
              + "|CARGO_(?:BUILD|PROFILE|TARGET)_[A-Z0-9_]+");

  /** Those that are known to change what programs do, unseen. */
  private static final Pattern TELLING =
      Pattern.compile(
          "LD_.+|DYLD_.+|GCONV_PATH|GLIBC_TUNABLES|MALLOC_.+|BASH_ENV|BASH_FUNC_.+|ENV|SHELLOPTS"
              + "|BASHOPTS|CDPATH|IFS|JAVA_TOOL_OPTIONS|JDK_.+_OPTIONS|_JAVA_OPTIONS|CLASSPATH"
              + "|GROOVY_.+|JBANG_.+|PERL5?(?:OPT|LIB)|PYTHON.+|RUBY(?:OPT|LIB)|NODE_.+|MAKEFLAGS"
              + "|RUST.+|__RUST.+|CARGO_.+|NEXTEST.*|GIT_.+|QEMU_.+");

  /** What ./jbang has taken out of the environment before the gate was started. */
  private static final String SET_ASIDE = "GATE_SET_ASIDE";

  private Environment() {}

  private static boolean handed(String name) {
    return ALLOWED.contains(name) || ALLOWED_TOO.matcher(name).matches();
  }

  /** What of the gate's own environment children get, without the toggles. */
  static Map<String, String> of(World world) {
    return chosen(world, Environment::handed);
  }

  /** For every child of a run. */
  static Map<String, String> of(World world, Toggles toggles) {
    Map<String, String> env = of(world);
    for (ToggleValue toggle : toggles.values().values()) {
      env.remove(toggle.name());
      toggle.value().ifPresent(value -> env.put(toggle.name(), value));
    }
    env.remove("DRY_RUN");
    env.remove("LOG_DIR");
    return env;
  }

  /** What a build or a test can go by: all of it, save the toggles, which are told elsewhere. */
  public static Map<String, String> telling(World world, Toggles toggles) {
    return chosen(world, name -> handed(name) && !toggles.values().containsKey(name));
  }

  /** The names of those that could, were they handed on. */
  public static List<String> dropped(World world, Toggles toggles) {
    return Stream.concat(
            world.env().keySet().stream().filter(name -> !handed(name)),
            Stream.of(world.env(SET_ASIDE).split(" ")))
        .filter(name -> TELLING.matcher(name).matches() && !toggles.values().containsKey(name))
        .distinct()
        .sorted()
        .toList();
  }

  private static Map<String, String> chosen(World world, Predicate<String> names) {
    Map<String, String> chosen = new TreeMap<>(world.env());
    chosen.keySet().removeIf(names.negate());
    return chosen;
  }

  /** The same with more, which win. */
  static Map<String, String> with(Map<String, String> env, Map<String, String> more) {
    if (more.isEmpty()) {
      return env;
    }
    Map<String, String> all = new TreeMap<>(env);
    all.putAll(more);
    return all;
  }
}
