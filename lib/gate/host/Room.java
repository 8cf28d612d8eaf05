package gate.host;

import gate.base.Reason;
import gate.base.Sizes;
import gate.base.World;
import gate.host.Host.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Free disk and memory, and the clock. */
final class Room {
  /** Younger than every file of this project. */
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB");

  private Room() {}

  /**
   * The space that is left where Cargo writes, for each file system once: in CARGO_TARGET_DIR, or
   * else in each workspace.
   */
  static List<Fact> disks(World world, List<Build> builds) {
    Map<Object, Path> where = new LinkedHashMap<>();
    Map<Object, Long> needed = new LinkedHashMap<>();
    for (Build build : builds) {
      Path there = existing(target(world, build.folder()));
      Object key;
      try {
        key = Files.getFileStore(there);
      } catch (IOException e) {
        key = there; // asked again, and told, below
      }
      where.putIfAbsent(key, there);
      needed.merge(key, build.disk(), Long::sum);
    }
    return where.entrySet().stream()
        .map(it -> disk(it.getValue(), needed.get(it.getKey())))
        .toList();
  }

  private static Path target(World world, Path workspace) {
    return Optional.ofNullable(world.env().get("CARGO_TARGET_DIR"))
        .filter(it -> !it.isEmpty())
        .map(workspace::resolve)
        .orElse(workspace)
        .toAbsolutePath();
  }

  private static Path existing(Path path) {
    Path there = path;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }

  private static Fact disk(Path there, long needed) {
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String proof = "%s free at %s".formatted(Sizes.gib(free), there);
      return free >= needed
          ? Fact.present("space", proof).detail("bytes", String.valueOf(free))
          : Fact.unproven(
                  "space",
                  proof + ", of " + Sizes.gib(needed) + " that a cold build may take",
                  "make room, or point CARGO_TARGET_DIR to a larger disk")
              .level("little")
              .detail("bytes", String.valueOf(free));
    } catch (IOException e) {
      return Fact.unproven("space", "the file system doesn't tell: " + Reason.of(e), "");
    }
  }

  /** The memory that is available, by /proc/meminfo, against what the hungriest build takes. */
  static Fact memory(World world, List<Build> builds) {
    Matcher line = AVAILABLE.matcher(Texts.read(Programs.below(world.root(), "/proc/meminfo")));
    if (!line.find()) {
      return Fact.unproven("memory", "there is no /proc/meminfo to tell", "");
    }
    long needed = builds.stream().mapToLong(Build::memory).max().orElse(0);
    long free = Long.parseLong(line.group(1)) * 1024;
    String proof = Sizes.gib(free) + " available";
    return free >= needed
        ? Fact.present("memory", proof).detail("bytes", String.valueOf(free))
        : Fact.unproven(
                "memory",
                proof + ", of " + Sizes.gib(needed) + " that a build and its tests may take",
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
}
