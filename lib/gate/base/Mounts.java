package gate.base;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is mounted in folders that are about to be deleted: it is somebody's, and stays. */
public final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT = 4;
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  /** What Java makes of a path's bytes. */
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private Mounts() {}

  /** A folder that isn't deleted, since something is mounted in it. */
  public static final class Mounted extends FileSystemException {
    private static final long serialVersionUID = 1;

    private Mounted(Path folder, List<String> mounts) {
      super(
          folder.toString(),
          null,
          "something is mounted in it, so nothing of it was deleted: `umount %s`, then `./jbang matrix.java clean`"
              .formatted(Commands.line(mounts)));
    }
  }

  /**
   * Lets a folder pass in which nothing is mounted, as far as the system tells.
   *
   * @throws Mounted where something is, at the folder or anywhere below it
   */
  public static void refuse(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !Files.exists(TABLE)) {
      return;
    }
    List<String> mounts =
        in(
            folder.toRealPath().toString(),
            new String(Files.readAllBytes(TABLE), StandardCharsets.ISO_8859_1));
    if (!mounts.isEmpty()) {
      throw new Mounted(folder, mounts);
    }
  }

  /**
   * The mount points at a folder and below it, in the order in which they can be unmounted.
   *
   * @param folder its real path
   * @param table as {@code /proc/self/mountinfo}, a character each byte
   */
  static List<String> in(String folder, String table) {
    List<String> mounts = new ArrayList<>();
    for (String line : table.lines().toList()) {
      String mount = unescaped(line.split(" ")[MOUNT_POINT]);
      if (mount.equals(folder) || mount.startsWith(folder + "/")) {
        mounts.add(mount);
      }
    }
    Collections.reverse(mounts);
    return mounts;
  }

  private static String unescaped(String field) {
    String bytes = ESCAPED.matcher(field).replaceAll(Mounts::character);
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), NAMES);
  }

  private static String character(MatchResult octal) {
    return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8)));
  }
}
