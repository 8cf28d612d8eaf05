package gate.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.Reason;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Boots a guest of 512 bytes under QEMU, and asks QEMU over QMP what it runs on. No network, no
 * display, no port and no socket: QMP's commands are QEMU's standard input.
 */
final class GuestProbe {
  /** Longer than this, a guest doesn't run. */
  private static final Duration MOST = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String COMMANDS =
      """
      {"execute": "qmp_capabilities"}
      {"execute": "query-kvm"}
      {"execute": "cont"}
      """;

  /** What came of a guest. */
  sealed interface Outcome {
    /** It ran on what was asked for. */
    record Ran(Duration time) implements Outcome {}

    /** It ran, but QEMU says that it wasn't on KVM, or didn't say. */
    record FellBack(String why) implements Outcome {}

    /** QEMU ran, and no 64-bit guest came to its end in it. */
    record NeverRan(String why) implements Outcome {}

    /** QEMU itself ended, other than the guest makes it end. */
    record Crashed(String why) implements Outcome {}
  }

  private GuestProbe() {}

  /**
   * Boots it.
   *
   * @param accelerator {@code kvm} or {@code tcg}
   */
  static Outcome boot(Runner runner, Path qemu, String accelerator) {
    Path image = runner.folder().resolve("guest-" + NUMBER.incrementAndGet() + ".img");
    Path serial = image.resolveSibling(image.getFileName() + ".serial");
    try {
      Files.write(image, BootSector.bytes());
    } catch (IOException e) {
      return new Outcome.NeverRan(
          "its disk %s can't be written: %s".formatted(image, Reason.of(e)));
    }
    long from = System.nanoTime();
    Ran ran =
        runner.run(
            new Call(argv(qemu, accelerator, image, serial), image.getParent(), COMMANDS, MOST));
    Duration time = Duration.ofNanos(System.nanoTime() - from);
    return judge(ran, Texts.read(serial), accelerator, time);
  }

  private static List<String> argv(Path qemu, String accelerator, Path image, Path serial) {
    return List.of(
        qemu.toString(),
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-machine",
        "pc",
        "-accel",
        accelerator,
        "-m",
        "16",
        "-S",
        "-drive",
        "file=" + image.toString().replace(",", ",,") + ",format=raw,if=ide,snapshot=on",
        "-chardev",
        "stdio,id=qmp",
        "-mon",
        "chardev=qmp,mode=control",
        "-serial",
        "file:" + serial,
        "-device",
        "isa-debug-exit,iobase=0xf4,iosize=0x04");
  }

  private static Outcome judge(Ran ran, String serial, String accelerator, Duration time) {
    Optional<Boolean> kvm = onKvm(ran.output());
    if (ran.code().equals(Optional.of(BootSector.EXIT_CODE)) && serial.equals(BootSector.LINE)) {
      boolean wanted = accelerator.equals("kvm");
      return kvm.isEmpty()
          ? new Outcome.FellBack("QEMU didn't say over QMP what the guest ran on")
          : kvm.get() == wanted
              ? new Outcome.Ran(time)
              : new Outcome.FellBack(
                  "asked for `-accel %s`, QEMU ran the guest on %s (query-kvm)"
                      .formatted(accelerator, kvm.get() ? "KVM" : "TCG"));
    }
    if (ran.code().isEmpty() && ran.how().startsWith("no end")) {
      return new Outcome.NeverRan("a 64-bit guest didn't come to its end within " + seconds(MOST));
    }
    if (ran.code().equals(Optional.of(BootSector.EXIT_CODE))) {
      return new Outcome.NeverRan("QEMU ended as the guest ends it, but the guest wrote nothing");
    }
    return new Outcome.Crashed("QEMU ended with %s: %s".formatted(ran.how(), ran.complaint()));
  }

  private static String seconds(Duration time) {
    return time.toSeconds() + " s";
  }

  /** What {@code query-kvm} answered. */
  private static Optional<Boolean> onKvm(String output) {
    for (String line : output.lines().toList()) {
      try {
        JsonNode enabled = JSON.readTree(line).path("return").path("enabled");
        if (enabled.isBoolean()) {
          return Optional.of(enabled.booleanValue());
        }
      } catch (JsonProcessingException e) {
        // not an answer
      }
    }
    return Optional.empty();
  }
}
