package gate.kernel.process;

import java.util.Optional;
import java.util.Set;

/** What this machine lets the guardian do. Found out once, when first asked. */
final class Platform {
  /** Set to {@code true}: the fallback is used, also where the whole would be possible. */
  static final String FALLBACK = "matrix.process.fallback";

  private static final Set<String> MACHINES = Set.of("amd64", "aarch64", "riscv64");
  private static final boolean WHOLE = detect();

  private Platform() {}

  /**
   * Whether everything can be promised. Where it can, asking makes this JVM a subreaper: the new
   * parent of every orphan below it.
   */
  static boolean whole() {
    return WHOLE;
  }

  static Optional<String> limits() {
    return whole()
        ? Optional.empty()
        : Optional.of(
            "processes that leave their parent (setsid, double fork) may outlive the run on this"
                + " platform");
  }

  private static boolean detect() {
    if (Boolean.getBoolean(FALLBACK)
        || !System.getProperty("os.name").equals("Linux")
        || !MACHINES.contains(System.getProperty("os.arch"))) {
      return false;
    }
    try {
      return Libc.has("gnu_get_libc_version")
          && Libc.has("posix_spawn_file_actions_addchdir_np")
          && Libc.has("posix_spawn_file_actions_addclosefrom_np")
          && Libc.becomeSubreaper();
    } catch (LinkageError | RuntimeException e) {
      return false; // no access to native code
    }
  }
}
