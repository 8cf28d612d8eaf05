package gate.host;

import gate.base.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Free disk and memory, and the clock. */
final class Room {
  /** What a cold build of a workspace like the reference one writes, rounded up. */
  static final long DISK = 6L << 30;

  /** What building and running a leg on two cores takes, rounded up. */
  static final long MEMORY = 2L << 30;

  /** Younger than every file of this project. */
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB");

  private Room() {}

  /** The space that is left where a folder lies. */
  static Fact disk(Path folder, long needed) {
    try {
      Path there = folder.toAbsolutePath();
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      long free = Files.getFileStore(there).getUsableSpace();
      String proof = "%s free at %s".formatted(gib(free), there);
      return free >= needed
          ? Fact.present("space", proof).detail("bytes", String.valueOf(free))
          : Fact.unproven(
                  "space",
                  proof + ", of " + gib(needed) + " that a cold build may take",
                  "make room, or point CARGO_TARGET_DIR to a larger disk")
              .level("little")
              .detail("bytes", String.valueOf(free));
    } catch (IOException e) {
      return Fact.unproven("space", "the file system doesn't tell: " + e.getMessage(), "");
    }
  }

  /** The memory that is available, by /proc/meminfo. */
  static Fact memory(World world, long needed) {
    Matcher line = AVAILABLE.matcher(Texts.read(Programs.below(world.root(), "/proc/meminfo")));
    if (!line.find()) {
      return Fact.unproven("memory", "there is no /proc/meminfo to tell", "");
    }
    long free = Long.parseLong(line.group(1)) * 1024;
    String proof = gib(free) + " available";
    return free >= needed
        ? Fact.present("memory", proof).detail("bytes", String.valueOf(free))
        : Fact.unproven(
                "memory",
                proof + ", of " + gib(needed) + " that a build and its tests may take",
                "end other programs, or run with -j 1")
            .level("little")
            .detail("bytes", String.valueOf(free));
  }

  /**
   * The clock, by which evidence is dated: not before files that it is to be compared with.
   *
   * @param newest a file that was written before now
   */
  static Fact clock(World world, Optional<Path> newest) {
    Instant now = world.clock().instant();
    String shown = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String fix = "set the clock: `sudo timedatectl set-ntp true`";
    if (now.isBefore(EARLIEST)) {
      return Fact.missing("clock", "it is said to be " + shown, fix);
    }
    Instant written = newest.map(Room::written).orElse(EARLIEST);
    if (now.plus(Duration.ofMinutes(1)).isBefore(written)) {
      return Fact.missing(
          "clock",
          "it is said to be %s, but %s was written at %s"
              .formatted(shown, newest.orElseThrow().getFileName(), written),
          fix);
    }
    return Fact.present("clock", shown);
  }

  private static Instant written(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS);
    } catch (IOException e) {
      return EARLIEST;
    }
  }

  private static String gib(long bytes) {
    return "%.1f GiB".formatted(bytes / (double) (1L << 30));
  }
}
