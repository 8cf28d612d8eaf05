package gate.cli;

import gate.base.World;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the shell that called the gate allows it, where the kernel tells. */
final class Limits {
  /** The gate's classes, journal and terminal; seen to fail in odd places with fewer than 56. */
  private static final int FILES = 96;

  /** A guardian's pipes, and the logs of a leg. */
  private static final int FILES_A_LEG = 8;

  /** From proc_pid_limits(5): name, soft limit, hard limit, unit. */
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+) ");

  private Limits() {}

  /**
   * @throws Refused where so many legs side by side can't have enough files open
   */
  static void check(World world, int jobs) {
    Matcher limit = OPEN_FILES.matcher(text(world.root().resolve("proc/self/limits")));
    int needed = FILES + FILES_A_LEG * jobs;
    if (limit.find() && limit.group(1).length() < 9 && Integer.parseInt(limit.group(1)) < needed) {
      throw new Refused(
          "at most %s files may be open at once, and -j %d needs %d: `ulimit -n 1024` allows more"
              .formatted(limit.group(1), jobs, needed));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
