package gate.base;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of files and folders that no file system minds. */
public final class FileNames {
  private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._=@,-]");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._=@,+-]+(/[A-Za-z0-9._=@,+-]+)*");

  private FileNames() {}

  /** The folder of a leg. Ids of legs are fit for it; those of other definitions might not be. */
  public static String ofLeg(String leg) {
    return UNSAFE.matcher(leg).replaceAll("_");
  }

  /** Whether a path with {@code /} stays below where it starts, and is made of plain names. */
  public static boolean plain(String path) {
    return PATH.matcher(path).matches()
        && Stream.of(path.split("/")).noneMatch(part -> part.equals(".") || part.equals(".."));
  }
}
