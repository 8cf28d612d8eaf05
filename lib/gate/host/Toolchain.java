package gate.host;

import gate.base.World;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs that legs are built and run with. */
final class Toolchain {
  private static final Duration MOST = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
  private static final Pattern MINIMUM =
      Pattern.compile("(?m)^\\s*rust-version\\s*=\\s*\"(\\d+(?:\\.\\d+){1,2})\"");
  private static final String RUST =
      "install Rust: `apt-get install cargo`, `brew install rust`, `nix develop`, or rustup";

  private final World world;
  private final Runner runner;

  Toolchain(World world, Runner runner) {
    this.world = world;
    this.runner = runner;
  }

  /** A program on the PATH, asked for nothing. */
  static Fact there(World world, String name, String fix) {
    return Programs.find(world, name)
        .map(path -> Fact.present(name, path.toString()).detail("path", path.toString()))
        .orElseGet(() -> Fact.missing(name, "no `" + name + "` on the PATH", fix));
  }

  static Fact cargo(World world) {
    return there(world, "cargo", RUST);
  }

  static Fact git(World world) {
    return there(
        world, "git", "install git: `apt-get install git`, `brew install git`, or `nix develop`");
  }

  /** Nix, which nobody needs. */
  Fact nix() {
    Fact nix = version("nix", Optional.empty(), "");
    return nix.usable()
        ? nix
        : Fact.unproven("nix", nix.proof() + "; it is only needed for `nix develop`", "");
  }

  Fact git() {
    return version("git", Optional.empty(), git(world).fix());
  }

  Fact cargo() {
    return version("cargo", Optional.empty(), RUST);
  }

  /** The compiler as a workspace gets it, against the oldest that its Cargo.toml allows. */
  Fact rustc(Path workspace) {
    Fact rustc = version("rustc", Optional.of(workspace), RUST);
    Matcher wanted = MINIMUM.matcher(Texts.read(workspace.resolve("Cargo.toml")));
    if (!rustc.usable() || !wanted.find()) {
      return rustc;
    }
    String found = rustc.details().get("version");
    if (older(found, wanted.group(1))) {
      return Fact.missing(
              "rustc",
              "rustc %s is older than the %s of %s"
                  .formatted(found, wanted.group(1), workspace.resolve("Cargo.toml")),
              "`rustup update`, or install a newer Rust")
          .level("too old")
          .detail("version", found);
    }
    return rustc.detail("minimum", wanted.group(1));
  }

  private static boolean older(String version, String than) {
    List<Integer> ours = numbers(version);
    List<Integer> theirs = numbers(than);
    for (int i = 0; i < 3; i++) {
      int order = Integer.compare(ours.get(i), theirs.get(i));
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

  private static List<Integer> numbers(String version) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : version.split("\\.")) {
      numbers.add(Integer.valueOf(part));
    }
    while (numbers.size() < 3) {
      numbers.add(0);
    }
    return numbers;
  }

  private Fact version(String name, Optional<Path> where, String fix) {
    Optional<Path> path = Programs.find(world, name);
    if (path.isEmpty()) {
      return Fact.missing(name, "no `" + name + "` on the PATH", fix);
    }
    Ran ran =
        runner.run(
            new Call(
                List.of(path.get().toString(), "--version"),
                where.orElseGet(runner::folder),
                "",
                MOST));
    Matcher version = VERSION.matcher(ran.output());
    if (!ran.ok() || !version.find()) {
      return Fact.missing(
          name,
          "`%s --version` %s"
              .formatted(
                  path.get(),
                  ran.ok()
                      ? "prints no version: " + Programs.printable(ran.output())
                      : "fails: " + ran.complaint()),
          fix);
    }
    return Fact.present(name, "%s %s".formatted(path.get(), version.group()))
        .detail("path", path.get().toString())
        .detail("version", version.group());
  }
}
