package gate.host;

import gate.base.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** How KVM is got to work, exact for the host that it is on. */
final class KvmFix {
  private static final String TCG = "; until then PLASMA_ACCEL=tcg";

  private final World world;
  private final Cpu cpu;
  private final Surroundings around;

  private KvmFix(World world, Cpu cpu, Surroundings around) {
    this.world = world;
    this.cpu = cpu;
    this.around = around;
  }

  static KvmFix of(World world, Cpu cpu) {
    return new KvmFix(world, cpu, Surroundings.of(world, cpu));
  }

  /** Why there is no device. */
  String whyAbsent() {
    String here = "there is no /dev/kvm";
    if (around.container().isPresent()) {
      return here + " in this " + around.container().get() + " container";
    }
    if (around.wsl()) {
      return here + " in this WSL";
    }
    if (!cpu.virtualization()) {
      return here
          + ", and the processor has no "
          + cpu.vendor().flag
          + around.machine().map(it -> " (a virtual machine of " + it.title + ")").orElse("");
    }
    return here
        + (module()
            ? ", though the module " + cpu.vendor().module + " is loaded"
            : ": the module " + cpu.vendor().module + " isn't loaded");
  }

  String absent() {
    if (around.container().isPresent()) {
      return "start the container with `--device /dev/kvm`" + TCG;
    }
    if (around.wsl()) {
      return "in %UserProfile%\\.wslconfig set `nestedVirtualization=true` below `[wsl2]`, then run"
          + " `wsl --shutdown`"
          + TCG;
    }
    if (!cpu.virtualization()) {
      return around.machine().map(it -> it.fix).orElse(firmware()) + TCG;
    }
    if (module()) {
      return "have udev make the device: `sudo udevadm trigger --name-match=kvm`" + TCG;
    }
    return (around.nixos()
                ? "`boot.kernelModules = [ \"%s\" ];` in configuration.nix, and rebuild"
                : "`sudo modprobe %s`; if that is refused, " + firmware())
            .formatted(around.nixos() ? dashed() : cpu.vendor().module)
        + TCG;
  }

  /** For a device that answers, and on which nothing runs. */
  String noGuest() {
    return around.container().isPresent()
        ? "run on a host whose KVM is its processor's own" + TCG
        : around
                .machine()
                .map(it -> it.fix)
                .orElse(
                    "run on a machine whose processor has vmx or svm, with kvm_intel or kvm_amd")
            + TCG;
  }

  String fellBack() {
    return "use a QEMU that is built with KVM (`qemu-system-x86_64 -accel help`), not a wrapper"
        + " that falls back; PLASMAVMC_QEMU_PATH names it";
  }

  /** For a user who may not open the device. */
  String permission(Path device) {
    if (around.nixos()) {
      return "`users.users.%s.extraGroups = [ \"kvm\" ];` in configuration.nix, rebuild, and log in again"
          .formatted(user());
    }
    if (around.container().isPresent()) {
      return "start the container with `--device /dev/kvm --group-add $(stat -c %g /dev/kvm)`";
    }
    if (groupMayUse(device)) {
      return "`sudo usermod -aG kvm %s`, and log in again".formatted(user());
    }
    return "`echo 'KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0660\"' | sudo tee"
        + " /etc/udev/rules.d/65-kvm.rules && sudo udevadm control --reload && sudo udevadm trigger"
        + " --name-match=kvm`, then `sudo usermod -aG kvm %s`, and log in again".formatted(user());
  }

  /** How nested virtualization is turned on or off. */
  String nested(boolean on) {
    String value = on ? "1" : "0";
    if (around.wsl()) {
      return "in %UserProfile%\\.wslconfig set `nestedVirtualization="
          + on
          + "` below `[wsl2]`, then run `wsl --shutdown`";
    }
    if (around.container().isPresent()) {
      return "turn it on at the container's host: there run `scripts/nested-kvm-check.sh`";
    }
    if (around.nixos()) {
      return "`boot.extraModprobeConfig = \"options %s nested=%s\";` in configuration.nix, or this flake's nixosModules.nested-kvm; rebuild, and reboot once"
          .formatted(dashed(), value);
    }
    return "`echo 'options %1$s nested=%2$s' | sudo tee /etc/modprobe.d/nested-kvm.conf`, then, with no VM running, `sudo modprobe -r %1$s && sudo modprobe %1$s`, or reboot"
        .formatted(cpu.vendor().module, value);
  }

  /** Its mode, owner and group, as {@code ls} would show them. */
  String mode(Path device) {
    try {
      PosixFileAttributes file = Files.readAttributes(device, PosixFileAttributes.class);
      return "%s %s:%s"
          .formatted(
              PosixFilePermissions.toString(file.permissions()),
              file.owner().getName(),
              file.group().getName());
    } catch (IOException | UnsupportedOperationException e) {
      return "its mode can't be read";
    }
  }

  private static boolean groupMayUse(Path device) {
    try {
      PosixFileAttributes file = Files.readAttributes(device, PosixFileAttributes.class);
      return file.group().getName().equals("kvm")
          && file.permissions().contains(PosixFilePermission.GROUP_READ)
          && file.permissions().contains(PosixFilePermission.GROUP_WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private String user() {
    String user = world.env("USER");
    return user.matches("[A-Za-z_][A-Za-z0-9_.-]{0,31}") ? user : "$USER";
  }

  private String dashed() {
    return cpu.vendor().module.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  private boolean module() {
    return Files.exists(Programs.below(world.root(), "/sys/module/" + cpu.vendor().module));
  }

  private static String firmware() {
    return "turn on virtualization (VT-x, AMD-V or SVM) in the firmware's setup";
  }
}
