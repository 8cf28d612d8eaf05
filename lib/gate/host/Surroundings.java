package gate.host;

import gate.base.World;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;

/**
 * What the host is itself in, as far as it shows, which decides on where a thing is to be mended.
 *
 * @param container the kind of container, such as {@code docker}
 * @param wsl whether it is Windows's subsystem for Linux
 * @param nixos whether it is NixOS
 * @param machine whose virtual machine it seems to be, by the firmware's names
 */
record Surroundings(
    Optional<String> container, boolean wsl, boolean nixos, Optional<Machine> machine) {

  /** Whose virtual machine the host is, and how nested virtualization is switched on there. */
  enum Machine {
    GOOGLE(
        "Google Compute Engine",
        "recreate the instance with `--enable-nested-virtualization` (`gcloud compute instances"
            + " create`), on a machine type that has it"),
    AMAZON(
        "Amazon EC2",
        "use a `.metal` instance type, or one for which EC2 offers nested virtualization"),
    AZURE(
        "Hyper-V or Azure",
        "on Azure use a size with nested virtualization (Dv3, Ev3 and later); on Hyper-V, with the"
            + " VM off, `Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true`"),
    VMWARE(
        "VMware",
        "with the VM off, turn on \"Expose hardware assisted virtualization to the guest OS\""),
    VIRTUALBOX("VirtualBox", "with the VM off, `VBoxManage modifyvm NAME --nested-hw-virt on`"),
    KVM(
        "QEMU/KVM",
        "on the outer host turn on the nesting of kvm_intel or kvm_amd, and give this VM the host's"
            + " processor (`-cpu host`, in libvirt `<cpu mode='host-passthrough'/>`)"),
    UNKNOWN(
        "an unknown hypervisor",
        "have its operator turn on nested virtualization for this machine");

    final String title;
    final String fix;

    Machine(String title, String fix) {
      this.title = title;
      this.fix = fix;
    }
  }

  static Surroundings of(World world, Cpu cpu) {
    String release = text(world, "/proc/sys/kernel/osrelease") + text(world, "/proc/version");
    boolean wsl = release.toLowerCase(Locale.ROOT).contains("microsoft");
    boolean nixos =
        there(world, "/etc/NIXOS")
            || text(world, "/etc/os-release").lines().anyMatch("ID=nixos"::equals);
    return new Surroundings(container(world), wsl, nixos, machine(world, cpu));
  }

  private static Optional<String> container(World world) {
    if (there(world, "/.dockerenv")) {
      return Optional.of("docker");
    }
    if (there(world, "/run/.containerenv")) {
      return Optional.of("podman");
    }
    String named = text(world, "/run/systemd/container").strip();
    if (!named.isEmpty()) {
      return Optional.of(Programs.printable(named));
    }
    String groups = text(world, "/proc/1/cgroup");
    return java.util.stream.Stream.of("kubepods", "docker", "lxc")
        .filter(groups::contains)
        .findFirst();
  }

  /** The names that firmware gives, as systemd-detect-virt reads them too. */
  private static Optional<Machine> machine(World world, Cpu cpu) {
    String names =
        text(world, "/sys/class/dmi/id/sys_vendor")
            + text(world, "/sys/class/dmi/id/product_name")
            + text(world, "/sys/class/dmi/id/bios_vendor");
    if (names.contains("Google")) {
      return Optional.of(Machine.GOOGLE);
    }
    if (names.contains("Amazon EC2")) {
      return cpu.guest() ? Optional.of(Machine.AMAZON) : Optional.empty();
    }
    if (names.contains("Microsoft Corporation") && cpu.guest()) {
      return Optional.of(Machine.AZURE);
    }
    if (names.contains("VMware")) {
      return Optional.of(Machine.VMWARE);
    }
    if (names.contains("innotek") || names.contains("VirtualBox")) {
      return Optional.of(Machine.VIRTUALBOX);
    }
    if (names.contains("QEMU") || names.contains("KVM")) {
      return Optional.of(Machine.KVM);
    }
    return cpu.guest() ? Optional.of(Machine.UNKNOWN) : Optional.empty();
  }

  private static boolean there(World world, String path) {
    return Files.exists(Programs.below(world.root(), path));
  }

  private static String text(World world, String path) {
    return Texts.read(Programs.below(world.root(), path));
  }
}
