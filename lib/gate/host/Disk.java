package gate.host;

import gate.base.Reason;
import gate.base.World;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Disks of virtual machines. A given one is looked at before anything runs; without one, the
 * smallest that boots is made.
 */
public final class Disk {
  static final String TOGGLE = "PLASMAVMC_QCOW2_PATH";

  private static final Duration MOST = Duration.ofSeconds(60);
  private static final String FACT = "disk";

  // The header, by QEMU's docs/interop/qcow2.txt.
  private static final int HEADER = 80;
  private static final int MAGIC = 0x514649fb;
  private static final int VERSION_AT = 4;
  private static final int BACKING_AT = 8;
  private static final int SIZE_AT = 24;
  private static final int CRYPT_AT = 32;
  private static final int INCOMPATIBLE_AT = 72;
  private static final long DIRTY = 1;
  private static final long CORRUPT = 1 << 1;
  private static final long EXTERNAL = 1 << 2;

  private Disk() {}

  /** {@code qemu-img}: beside QEMU's binary, or on the PATH. */
  static Fact image(World world, Optional<Path> qemu) {
    return program(world, qemu)
        .map(path -> Fact.present("qemu-img", path.toString()).detail("path", path.toString()))
        .orElseGet(() ->
            Fact.missing(
                "qemu-img",
                "no `qemu-img` beside QEMU or on the PATH",
                "install it: `apt-get install qemu-utils`, `brew install qemu`, or `nix develop`"));
  }

  private static Optional<Path> program(World world, Optional<Path> qemu) {
    return qemu.map(path -> path.resolveSibling("qemu-img"))
        .filter(path -> Files.isExecutable(path) && !Files.isDirectory(path))
        .or(() -> Programs.find(world, "qemu-img"));
  }

  /** A given disk. */
  static Fact given(Runner runner, Optional<Path> image, Path disk) {
    String fix =
        "set %s to a qcow2 that stands by itself, or unset it to have one made".formatted(TOGGLE);
    Optional<String> wrong = Optional.empty();
    try {
      wrong = header(disk);
    } catch (IOException e) {
      wrong = Optional.of("it can't be read: " + Reason.of(e));
    }
    if (wrong.isEmpty() && image.isPresent()) {
      wrong = checked(runner, image.get(), disk);
    }
    return wrong
        .map(why -> Fact.missing(FACT, "%s=%s: %s".formatted(TOGGLE, disk, why), fix))
        .orElseGet(() ->
            Fact.present(FACT, disk + " is a qcow2 without errors, by `qemu-img check`")
                .detail("path", disk.toString()));
  }

  /** What is wrong with a disk by its first bytes. */
  private static Optional<String> header(Path disk) throws IOException {
    if (!Files.exists(disk)) {
      return Optional.of("there is no such file");
    }
    if (!Files.isRegularFile(disk)) {
      return Optional.of("it is not a file");
    }
    ByteBuffer header;
    try (InputStream in = Files.newInputStream(disk)) {
      header = ByteBuffer.wrap(in.readNBytes(HEADER));
    }
    if (header.limit() < 4 || header.getInt(0) != MAGIC) {
      return Optional.of(
          "it is no qcow2: it doesn't begin with `QFI`; `qemu-img convert -O qcow2` makes one of"
              + " it");
    }
    if (header.limit() < HEADER - 8) {
      return Optional.of("it is cut off: a qcow2's header is longer");
    }
    int version = header.getInt(VERSION_AT);
    if (version != 2 && version != 3) {
      return Optional.of("it is a qcow2 of version %d, not 2 or 3".formatted(version));
    }
    if (header.getInt(CRYPT_AT) != 0) {
      return Optional.of("it is encrypted, and nobody is there to give the key");
    }
    if (header.getLong(BACKING_AT) != 0) {
      return Optional.of(
          "it stands on another disk, its backing file; `qemu-img convert -O qcow2` makes one that"
              + " doesn't");
    }
    if (header.getLong(SIZE_AT) == 0) {
      return Optional.of("it is a disk of 0 bytes");
    }
    long features = version == 3 && header.limit() == HEADER ? header.getLong(INCOMPATIBLE_AT) : 0;
    if ((features & CORRUPT) != 0) {
      return Optional.of("it is marked as corrupt; `qemu-img check -r all` may mend a copy of it");
    }
    if ((features & DIRTY) != 0) {
      return Optional.of("it wasn't closed; `qemu-img check -r all` may mend a copy of it");
    }
    if ((features & EXTERNAL) != 0) {
      return Optional.of(
          "its data lie in another file; `qemu-img convert -O qcow2` makes one that stands by"
              + " itself");
    }
    return Optional.empty();
  }

  private static Optional<String> checked(Runner runner, Path image, Path disk) {
    Ran ran =
        runner.run(
            new Call(
                List.of(
                    image.toString(),
                    "check",
                    "-q",
                    "-f",
                    "qcow2",
                    disk.toAbsolutePath().toString()),
                runner.folder(),
                "",
                MOST));
    // 3: clusters that nothing uses, which do no harm
    if (ran.ok() || ran.code().equals(Optional.of(3))) {
      return Optional.empty();
    }
    return Optional.of(
        (ran.code().equals(Optional.of(2)) ? "it is corrupt: " : "`qemu-img check` fails: ")
            + ran.complaint());
  }

  /**
   * Makes the smallest disk that boots: the boot sector of the guest probe, as a qcow2.
   *
   * @param image {@code qemu-img}
   * @param disk where; nothing is there yet
   * @return what went wrong, in a sentence
   */
  public static Optional<String> make(Runner runner, Path image, Path disk) {
    if (Files.isSymbolicLink(disk)) {
      return Optional.of(disk + " is a symbolic link, and no disk is made through one; delete it");
    }
    Path raw = runner.folder().resolve("disk.img");
    try {
      Files.write(raw, BootSector.bytes());
    } catch (IOException e) {
      return Optional.of("cannot write %s: %s".formatted(raw, Reason.of(e)));
    }
    Ran ran =
        runner.run(
            new Call(
                List.of(
                    image.toString(),
                    "convert",
                    "-f",
                    "raw",
                    "-O",
                    "qcow2",
                    raw.toString(),
                    disk.toAbsolutePath().toString()),
                runner.folder(),
                "",
                MOST));
    return ran.ok()
        ? Optional.empty()
        : Optional.of("`qemu-img convert` can't make %s: %s".formatted(disk, ran.complaint()));
  }
}
