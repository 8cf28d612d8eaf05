package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who makes a temporary folder, or takes it down, in the folder's name: the place, its pid there
 * and its start in milliseconds since 1970.
 */
final class Maker {
  static final String NEW = "new-";

  /** How long that takes at most, by far: what is older and of another place is nobody's. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final Pattern NAME =
      Pattern.compile("new-([0-9a-f]{12})-(\\d{1,10})-(\\d{1,16})-.+");
  private static final int PLACE = 12;

  /** Where a pid names a process: until the next boot, and in one namespace. */
  private static final String HERE = here();

  private Maker() {}

  /** What a name begins with that is this process's. */
  static String prefix() {
    ProcessHandle self = ProcessHandle.current();
    return HERE.isEmpty()
        ? NEW
        : "%s%s-%d-%d-".formatted(NEW, HERE, self.pid(), GateProcess.since(self));
  }

  static boolean isNew(Path folder) {
    return folder.getFileName().toString().startsWith(NEW);
  }

  /** Whether a folder's maker lives, or may live. */
  static boolean isAtIt(Path folder, Instant now) throws IOException {
    if (!isNew(folder)) {
      return false;
    }
    Matcher name = NAME.matcher(folder.getFileName().toString());
    if (name.matches() && name.group(1).equals(HERE)) {
      return GateProcess.lives(Long.parseLong(name.group(2)), Long.parseLong(name.group(3)));
    }
    return Files.getLastModifiedTime(folder, NOFOLLOW_LINKS)
        .toInstant()
        .isAfter(now.minus(LONGEST));
  }

  private static String here() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
      Path pids = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      byte[] place = (boot + pids).getBytes(StandardCharsets.UTF_8);
      return AsRead.sha256(place).substring(0, PLACE);
    } catch (IOException e) {
      return ""; // no Linux, or no /proc
    }
  }
}
