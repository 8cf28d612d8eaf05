package gate.report;

import gate.base.Reason;
import gate.base.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** {@code summary.md} on the page that GitHub shows of a job. */
public final class StepSummary {
  /** GitHub shows nothing at all of a file that is larger. */
  private static final int MOST = 1 << 20;

  private static final String CUT =
      "\n\nThis was cut, for it is long; all of it is in summary.md in the run's folder.\n";

  private StepSummary() {}

  /**
   * Appends it where GitHub asks for one; as much of it as there is room for.
   *
   * @return why it couldn't be, where it couldn't
   */
  public static Optional<String> append(World world, Path runFolder) {
    String named = world.env("GITHUB_STEP_SUMMARY");
    if (named.isEmpty() || !world.env("GITHUB_ACTIONS").equals("true")) {
      return Optional.empty();
    }
    try {
      Path file = world.folder().resolve(named);
      long room = MOST - (Files.exists(file) ? Files.size(file) : 0);
      byte[] all = Files.readAllBytes(runFolder.resolve("summary.md"));
      Files.write(file, fitting(all, room), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "the job's summary can't be written to GITHUB_STEP_SUMMARY: " + Reason.of(e));
    } catch (InvalidPathException e) {
      return Optional.of("GITHUB_STEP_SUMMARY names no file");
    }
  }

  /** Whole lines, and a word on it where some are left out. */
  static byte[] fitting(byte[] text, long room) {
    if (text.length <= room) {
      return text;
    }
    byte[] cut = CUT.getBytes(StandardCharsets.UTF_8);
    int end = (int) Math.max(0, room - cut.length);
    while (end > 0 && text[end - 1] != '\n') {
      end--;
    }
    if (end == 0) {
      return new byte[0];
    }
    byte[] fits = Arrays.copyOf(text, end + cut.length);
    System.arraycopy(cut, 0, fits, end, cut.length);
    return fits;
  }
}
