package gate.host;

import gate.base.World;
import gate.host.GuestProbe.Outcome;
import gate.host.KvmDevice.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * KVM, by execution: it is usable where a 64-bit guest has run on it, and nowhere else.
 *
 * @param level how far it goes
 * @param nested whether its guests can be hosts in turn
 * @param fact both, with proof and fix
 */
public record Kvm(Level level, Nested nested, Fact fact) {
  private static final String DEVICE = "/dev/kvm";
  private static final int API = 12;

  /** How far KVM goes on a host. */
  public enum Level {
    ABSENT("absent", Fact.State.MISSING),
    NO_PERMISSION("no permission", Fact.State.MISSING),
    /** There is a device, but it isn't KVM's, or is broken. */
    NO_ANSWER("no answer", Fact.State.MISSING),
    NO_GUEST("no guest runs", Fact.State.MISSING),
    /** It answers, and no guest was tried. */
    UNTRIED("untried", Fact.State.UNPROVEN),
    USABLE("usable", Fact.State.PRESENT);

    private final String word;
    private final Fact.State state;

    Level(String word, Fact.State state) {
      this.word = word;
      this.state = state;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** Whether KVM's guests can be hosts in turn. */
  public enum Nested {
    ON,
    OFF,
    UNKNOWN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Looks at it, the cheap signs first.
   *
   * @param qemu what to boot a guest with; empty: none is booted, and KVM is at most untried
   */
  static Kvm look(World world, Runner runner, KvmDevice device, Optional<Path> qemu) {
    Cpu cpu = Cpu.of(world);
    return new Look(world, cpu, KvmFix.of(world, cpu)).kvm(runner, device, qemu);
  }

  /** Whether nested virtualization is on, by the module's parameter. */
  private static Nested nested(World world, Cpu cpu) {
    String value =
        Texts.read(
                Programs.below(
                    world.root(), "/sys/module/" + cpu.vendor().module + "/parameters/nested"))
            .strip();
    return switch (value) {
      case "Y", "y", "1" -> Nested.ON;
      case "N", "n", "0" -> Nested.OFF;
      default -> Nested.UNKNOWN;
    };
  }

  private record Look(World world, Cpu cpu, KvmFix fixes) {
    private Kvm kvm(Runner runner, KvmDevice device, Optional<Path> qemu) {
      Path path = Programs.below(world.root(), DEVICE);
      if (cpu.arch() != Cpu.Arch.X86_64) {
        return kvm(
            Level.ABSENT,
            "this is no x86-64 machine, and the platform's guests are x86-64",
            "run on an x86-64 machine, or set PLASMA_ACCEL=tcg");
      }
      if (!Files.exists(path)) {
        return kvm(Level.ABSENT, fixes.whyAbsent(), fixes.absent());
      }
      Answer answer = device.ask(path);
      return switch (answer) {
        case Answer.Denied _ ->
            kvm(
                Level.NO_PERMISSION,
                "this user may not open /dev/kvm (%s)".formatted(fixes.mode(path)),
                fixes.permission(path));
        case Answer.Failed failed when failed.call().equals("open") ->
            kvm(Level.NO_ANSWER, "/dev/kvm doesn't open: " + failed.why(), fixes.absent());
        case Answer.Failed failed ->
            kvm(
                Level.NO_ANSWER,
                "/dev/kvm opens, but %s fails: %s".formatted(failed.call(), failed.why()),
                fixes.noGuest());
        case Answer.Api api when api.version() != API ->
            kvm(
                Level.NO_ANSWER,
                "/dev/kvm has version %d of the API, not %d".formatted(api.version(), API),
                fixes.noGuest());
        case Answer.Api _ ->
            qemu.map(program -> booted(GuestProbe.boot(runner, program, "kvm")))
                .orElseGet(() ->
                    kvm(
                        Level.UNTRIED,
                        "/dev/kvm answers (API 12, a VM can be made), but no guest was booted"
                            + signs(),
                        "install QEMU to try it: `apt-get install qemu-system-x86`, or `nix"
                            + " develop`"));
      };
    }

    private Kvm booted(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Ran ran ->
            kvm(
                Level.USABLE,
                "a 64-bit guest ran on it in %d ms, and QEMU's query-kvm says so"
                    .formatted(ran.time().toMillis()),
                "");
        case Outcome.FellBack fell -> kvm(Level.NO_GUEST, fell.why(), fixes.fellBack());
        case Outcome.NeverRan never ->
            kvm(
                Level.NO_GUEST,
                "/dev/kvm opens and answers, but %s%s".formatted(never.why(), signs()),
                fixes.noGuest());
        case Outcome.Crashed crashed ->
            kvm(
                Level.NO_GUEST,
                "with `-accel kvm` %s%s".formatted(crashed.why(), signs()),
                fixes.noGuest());
      };
    }

    /** What else is odd about it. */
    private String signs() {
      Path modules = Programs.below(world.root(), "/sys/module");
      List<String> odd =
          Stream.of("kvm_pvm").filter(name -> Files.exists(modules.resolve(name))).toList();
      return (cpu.virtualization() ? "" : "; the processor has no " + cpu.vendor().flag)
          + (odd.isEmpty() ? "" : "; the kernel's module is " + odd.getFirst());
    }

    private Kvm kvm(Level level, String proof, String fix) {
      Nested nested = nested(world, cpu);
      Fact fact =
          new Fact("kvm", level.state, level.word, proof, fix, java.util.Map.of())
              .detail("vendor", cpu.vendor().title)
              .detail("nested", nested.toString());
      return new Kvm(level, nested, fact);
    }
  }
}
