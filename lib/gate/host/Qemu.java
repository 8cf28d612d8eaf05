package gate.host;

import gate.base.World;
import gate.host.GuestProbe.Outcome;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * QEMU for x86-64 guests.
 *
 * @param path its binary; empty where none can be used
 * @param fact about it
 */
record Qemu(Optional<Path> path, Fact fact) {
  static final String TOGGLE = "PLASMAVMC_QEMU_PATH";

  private static final String BINARY = "qemu-system-x86_64";
  private static final Duration MOST = Duration.ofSeconds(5);
  private static final Pattern VERSION = Pattern.compile("^QEMU emulator version (\\S+)");
  private static final Pattern MACHINE = Pattern.compile("(?m)^pc\\s");
  private static final String INSTALL =
      "install QEMU: `apt-get install qemu-system-x86 qemu-utils`, `brew install qemu`, or `nix"
          + " develop`; or set "
          + TOGGLE
          + " to its binary";

  /**
   * Looks for it, and asks it who it is.
   *
   * @param named the path that a toggle names
   */
  static Qemu look(World world, Runner runner, Optional<String> named) {
    Qemu found = find(world, named);
    return found.path().map(path -> asked(runner, path, named.isPresent())).orElse(found);
  }

  /** The same without asking it anything: it is there, or it isn't. */
  static Qemu find(World world, Optional<String> named) {
    if (named.isEmpty()) {
      return Programs.find(world, BINARY)
          .map(path -> new Qemu(Optional.of(path), unasked(path)))
          .orElseGet(() -> missing("no `" + BINARY + "` on the PATH", INSTALL));
    }
    Path path = world.folder().resolve(named.get());
    String fix = "set %s to QEMU's binary, or unset it to look on the PATH".formatted(TOGGLE);
    if (!Files.exists(path)) {
      return missing("%s=%s: there is no such file".formatted(TOGGLE, path), fix);
    }
    if (!Files.isRegularFile(path)) {
      return missing("%s=%s is not a file".formatted(TOGGLE, path), fix);
    }
    if (!Files.isExecutable(path)) {
      return missing("%s=%s is not executable".formatted(TOGGLE, path), fix);
    }
    return new Qemu(Optional.of(path), unasked(path));
  }

  private static Fact unasked(Path path) {
    return Fact.unproven("qemu", path + "; it wasn't asked", "").detail("path", path.toString());
  }

  private static Qemu missing(String proof, String fix) {
    return new Qemu(Optional.empty(), Fact.missing("qemu", proof, fix));
  }

  private static Qemu asked(Runner runner, Path path, boolean named) {
    String fix =
        named
            ? "set %s to QEMU's binary, or unset it".formatted(TOGGLE)
            : "put QEMU first on the PATH";
    Ran version = ask(runner, path, "--version");
    Matcher said = VERSION.matcher(version.output());
    if (!version.ok() || !said.find()) {
      String what =
          version.ok()
              ? "prints `" + Programs.printable(version.output()) + "`"
              : version.complaint();
      return missing("%s is not QEMU: `--version` %s".formatted(path, what), fix);
    }
    if (!MACHINE.matcher(ask(runner, path, "-machine", "help").output()).find()) {
      return missing(
          "%s is QEMU %s, but not for x86-64: it has no machine `pc`"
              .formatted(path, said.group(1)),
          fix);
    }
    List<String> accelerators = new ArrayList<>();
    ask(runner, path, "-accel", "help")
        .output()
        .lines()
        .skip(1)
        .map(String::strip)
        .filter(name -> name.matches("[a-z0-9]+"))
        .forEach(accelerators::add);
    Fact fact =
        Fact.present(
                "qemu",
                "%s is QEMU %s with the accelerators %s"
                    .formatted(path, said.group(1), String.join(", ", accelerators)))
            .detail("path", path.toString())
            .detail("version", said.group(1))
            .detail("accelerators", String.join(" ", accelerators));
    return new Qemu(Optional.of(path), fact);
  }

  private static Ran ask(Runner runner, Path path, String... words) {
    List<String> argv = new ArrayList<>(List.of(path.toString()));
    argv.addAll(List.of(words));
    return runner.run(new Call(argv, runner.folder(), "", MOST));
  }

  /** The same, after a guest was booted without KVM, which every QEMU can. */
  Qemu booted(Runner runner) {
    if (path.isEmpty()) {
      return this;
    }
    return switch (GuestProbe.boot(runner, path.get(), "tcg")) {
      case Outcome.Ran ran ->
          new Qemu(
              path,
              new Fact(
                  fact.name(),
                  fact.state(),
                  fact.level(),
                  "%s; a 64-bit guest ran under TCG in %d ms"
                      .formatted(fact.proof(), ran.time().toMillis()),
                  fact.fix(),
                  fact.details()));
      case Outcome.FellBack(String why) -> broken(why);
      case Outcome.NeverRan(String why) -> broken(why);
      case Outcome.Crashed(String why) -> broken(why);
    };
  }

  private Qemu broken(String why) {
    return missing(
        "%s boots no guest under TCG: %s".formatted(path.orElseThrow(), why),
        "install QEMU with its firmware: `apt-get install qemu-system-x86 seabios`; or set "
            + TOGGLE
            + " to one that works");
  }
}
