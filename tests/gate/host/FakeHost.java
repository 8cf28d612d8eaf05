package gate.host;

import gate.base.World;
import gate.host.KvmDevice.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** A host below a folder: its /dev, /proc and /sys, and a stand-in for QEMU in its /usr/bin. */
final class FakeHost {
  static final Answer ANSWERS = new Answer.Api(12);

  final Path root;
  final Map<String, String> env = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "USER", "ada"));
  Answer kvm = ANSWERS;

  FakeHost(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("usr/bin"));
  }

  World world() {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new World(env, root, root, root, nowhere, nowhere, false, 80, Clock.systemUTC());
  }

  FakeHost file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  FakeHost program(String name, String script) throws IOException {
    file(name, "#!/bin/sh\n" + script);
    if (!root.resolve(name).toFile().setExecutable(true)) {
      throw new IOException(name);
    }
    return this;
  }

  FakeHost cpu(String vendor, String flags) throws IOException {
    return file(
        "proc/cpuinfo", "vendor_id\t: %s\nflags\t\t: fpu %s tsc\n".formatted(vendor, flags));
  }

  FakeHost device() throws IOException {
    return file("dev/kvm", "");
  }

  FakeHost module(String name, String nested) throws IOException {
    return file("sys/module/" + name + "/parameters/nested", nested + "\n");
  }

  /**
   * Something that answers like QEMU until it is to boot.
   *
   * @param boot what it does then; {@code $serial} is where the guest's line goes
   */
  FakeHost qemu(String boot) throws IOException {
    return program("usr/bin/qemu-system-x86_64", ASKED + boot);
  }

  /** What a QEMU says whose guest comes to its end. */
  static String ran(boolean kvm) {
    return """
    echo '{"QMP": {"version": {}}}'
    echo '{"return": {}}'
    echo '{"return": {"enabled": %s, "present": true}}'
    printf 'a 64-bit guest ran\\n' > "$serial"
    exit 33
    """
        .formatted(kvm);
  }

  private static final String ASKED =
      """
      case "$*" in
        *--version*) echo 'QEMU emulator version 9.1.0 (stand-in)'; exit ;;
        *'-machine help'*) echo 'Supported machines are:'; echo 'pc   Standard PC'; exit ;;
        *'-accel help'*) echo 'Accelerators supported in QEMU binary:'; echo tcg; echo kvm; exit ;;
      esac
      for word; do case $word in file:*) serial=${word#file:} ;; esac; done
      """;
}
