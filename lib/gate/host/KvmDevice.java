package gate.host;

import java.nio.file.Path;

/** The kernel's interface to KVM at a device. */
@FunctionalInterface
public interface KvmDevice {
  /** What a device answers. */
  sealed interface Answer {
    /**
     * It answers as KVM does.
     *
     * @param version of its API; the only stable one is 12
     */
    record Api(int version) implements Answer {}

    /** This user may not open it. */
    record Denied() implements Answer {}

    /**
     * It doesn't open, or doesn't answer as KVM does.
     *
     * @param call what failed
     * @param why what the system says of it
     */
    record Failed(String call, String why) implements Answer {}
  }

  /** Opens the device, asks for its version, makes a virtual machine and closes both again. */
  Answer ask(Path device);

  /** The real one, on Linux; elsewhere nothing answers. */
  static KvmDevice system() {
    return LinuxKvm::ask;
  }
}
