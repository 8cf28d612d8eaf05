package gate.host;

import gate.base.World;
import gate.host.Fact.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a plan needs to know of the host. Looks each time anew; starts nothing. */
public final class Host {
  private static final Pattern VIRTUALIZATION = Pattern.compile("\\b(?:vmx|svm)\\b");

  private final World world;

  public Host(World world) {
    this.world = world;
  }

  /** All facts, in a fixed order. */
  public List<Fact> facts() {
    return List.of(cargo(), git(), kvm(), qemu(Optional.empty()));
  }

  public Fact cargo() {
    return program(
        "cargo",
        "install Rust: `apt-get install cargo`, `brew install rust`, `nix develop`, or rustup");
  }

  public Fact git() {
    return program("git", "install git: `apt-get install git`, `brew install git`, `nix develop`");
  }

  /**
   * QEMU for this machine's architecture.
   *
   * @param named the path that a toggle names
   */
  public Fact qemu(Optional<String> named) {
    if (named.isPresent()) {
      Path path = world.folder().resolve(named.get());
      return Files.isExecutable(path) && !Files.isDirectory(path)
          ? new Fact("qemu", State.PRESENT, path.toString(), "")
          : new Fact(
              "qemu",
              State.MISSING,
              "no executable file at " + path,
              "set PLASMAVMC_QEMU_PATH to QEMU's binary, or unset it to look on the PATH");
    }
    String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    return program(
            "qemu-system-" + arch,
            "install QEMU: `apt-get install qemu-system`, `brew install qemu`, `nix develop`; or"
                + " set PLASMAVMC_QEMU_PATH")
        .named("qemu");
  }

  /** KVM, as far as it can be seen without booting anything. */
  public Fact kvm() {
    Path device = Programs.below(world.root(), "/dev/kvm");
    if (!Files.exists(device)) {
      return kvm(
          State.MISSING,
          "there is no /dev/kvm",
          "turn on virtualization in the firmware or the hypervisor, and load kvm_intel or kvm_amd;"
              + " or set PLASMA_ACCEL=tcg");
    }
    try (FileChannel _ =
        FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (x86() && !VIRTUALIZATION.matcher(cpuinfo()).find()) {
        return kvm(
            State.MISSING,
            "/dev/kvm opens, but /proc/cpuinfo has neither vmx nor svm: no 64-bit guest runs on it",
            "run on a machine with nested virtualization, or set PLASMA_ACCEL=tcg");
      }
      return kvm(State.UNPROVEN, "/dev/kvm opens; no guest was booted to prove it", "");
    } catch (AccessDeniedException e) {
      return kvm(
          State.MISSING,
          "/dev/kvm may not be opened: permission denied",
          "add your user to the group kvm: `sudo usermod -aG kvm $USER`, and log in again");
    } catch (IOException e) {
      return kvm(
          State.MISSING,
          "/dev/kvm doesn't open: " + e.getMessage(),
          "load kvm_intel or kvm_amd, or set PLASMA_ACCEL=tcg");
    }
  }

  private static Fact kvm(State state, String proof, String fix) {
    return new Fact("kvm", state, proof, fix);
  }

  private String cpuinfo() throws IOException {
    Path file = Programs.below(world.root(), "/proc/cpuinfo");
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  private static boolean x86() {
    return Map.of("amd64", true, "x86_64", true).getOrDefault(System.getProperty("os.arch"), false);
  }

  private Fact program(String name, String fix) {
    return Programs.find(world, name)
        .map(path -> new Fact(name, State.PRESENT, path.toString(), ""))
        .orElseGet(() -> new Fact(name, State.MISSING, "no `" + name + "` on the PATH", fix));
  }
}
