package gate.host;

import gate.base.World;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The processor, by /proc/cpuinfo; by the JVM's own word where there is none.
 *
 * @param arch what guests it can run by itself
 * @param vendor who made it, which decides on the kernel's module
 * @param virtualization whether it has vmx or svm
 * @param guest whether it says itself that it is a virtual one
 */
record Cpu(Arch arch, Vendor vendor, boolean virtualization, boolean guest) {
  enum Arch {
    X86_64,
    ARM64,
    OTHER
  }

  enum Vendor {
    INTEL("Intel", "kvm_intel", "vmx"),
    AMD("AMD", "kvm_amd", "svm"),
    OTHER("neither Intel nor AMD", "kvm", "vmx or svm");

    final String title;

    /** The kernel's module for it. */
    final String module;

    /** The processor's flag for virtualization. */
    final String flag;

    Vendor(String title, String module, String flag) {
      this.title = title;
      this.module = module;
      this.flag = flag;
    }
  }

  static Cpu of(World world) {
    String info = Texts.read(Programs.below(world.root(), "/proc/cpuinfo"));
    String vendor = field(info, "vendor_id");
    Set<String> flags = new TreeSet<>(List.of(field(info, "flags").split("\\s+")));
    return new Cpu(
        arch(info),
        switch (vendor) {
          case "GenuineIntel" -> Vendor.INTEL;
          case "AuthenticAMD", "HygonGenuine" -> Vendor.AMD;
          default -> Vendor.OTHER;
        },
        flags.contains("vmx") || flags.contains("svm"),
        flags.contains("hypervisor"));
  }

  private static Arch arch(String info) {
    if (!field(info, "CPU implementer").isEmpty()) {
      return Arch.ARM64;
    }
    if (!field(info, "flags").isEmpty()) {
      return Arch.X86_64;
    }
    return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> Arch.X86_64;
      case "aarch64", "arm64" -> Arch.ARM64;
      default -> Arch.OTHER;
    };
  }

  /** The first of a field's values, or empty text. */
  private static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name) && line.contains(":"))
        .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
