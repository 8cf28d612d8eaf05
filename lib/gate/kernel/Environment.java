package gate.kernel;

import gate.base.World;
import gate.plan.Plan;
import gate.plan.ToggleValue;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a child gets to know: an allow-list of the gate's own environment, and the toggles. */
final class Environment {
  private static final Set<String> ALLOWED =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
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
          "LC_[A-Z]+|XDG_[A-Z_]+|NIX_[A-Z_]+|CARGO_(?:BUILD|PROFILE|TARGET)_[A-Z0-9_]+");

  private Environment() {}

  /** For every child of a run. */
  static Map<String, String> of(World world, Plan plan) {
    Map<String, String> env = new TreeMap<>();
    world
        .env()
        .forEach((name, value) -> {
          if (ALLOWED.contains(name) || ALLOWED_TOO.matcher(name).matches()) {
            env.put(name, value);
          }
        });
    for (ToggleValue toggle : plan.toggles().values().values()) {
      env.remove(toggle.name());
      toggle.value().ifPresent(value -> env.put(toggle.name(), value));
    }
    env.remove("DRY_RUN");
    env.remove("LOG_DIR");
    return env;
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
