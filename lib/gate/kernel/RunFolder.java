package gate.kernel;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.FileNames;
import gate.base.Reason;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one run.
 *
 * @param name the run's, as {@code 20261123T051244Z}
 * @param path absolute
 */
public record RunFolder(String name, Path path) {
  /** The journal's file. */
  public static final String JOURNAL = "events.jsonl";

  /** The disk that is made for virtual machines. */
  public static final String DISK = "plasma-e2e.qcow2";

  /** Where runs are kept, below the definition's folder. */
  public static final Path RUNS = Path.of(".cccc", "work", "integration-matrix");

  /** The logs of what is built, below a run's folder. */
  static final String BUILDS = "builds";

  /** Where the last whole run's results are, below the definition's folder. */
  public static final Path RESULTS = Path.of(".cccc", "work", "results");

  private static final String ATTEMPT = "attempt-";
  private static final String CUT_OFF = "cut-off-";
  private static final int LONGEST_SLUG = 40;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The disk that is made for virtual machines, where the user gives none. */
  public Path disk() {
    return path.resolve(DISK);
  }

  /**
   * Makes the folder of a new run.
   *
   * @param named the one that the user names; empty: a new one among the runs
   * @throws Refused where it can't be written, or holds a run
   */
  public static RunFolder create(Path definitionFolder, Optional<Path> named, Instant now) {
    return named
        .map(path -> named(path, NAME.format(now)))
        .orElseGet(() -> fresh(definitionFolder.resolve(RUNS), NAME.format(now)));
  }

  private static RunFolder named(Path path, String name) {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw new Refused("LOG_DIR %s is a file; name a folder".formatted(path));
    } catch (IOException e) {
      throw new Refused(
          "LOG_DIR %s can't be made: %s; name a folder that you may write to"
              .formatted(path, Reason.of(e)));
    }
    if (Files.exists(path.resolve(JOURNAL))) {
      throw new Refused(
          ("LOG_DIR %s holds a run already: look at it with `./jbang matrix.java report %s`, go on"
                  + " with it with `./jbang matrix.java --resume %s`, or name another folder")
              .formatted(path, path, path));
    }
    try {
      Files.delete(Files.createTempFile(path, ".writable", ""));
    } catch (IOException e) {
      throw new Refused(
          "LOG_DIR %s can't be written to: %s; name a folder that you may write to"
              .formatted(path, Reason.of(e)));
    }
    return new RunFolder(name, path);
  }

  private static RunFolder fresh(Path runs, String name) {
    try {
      Files.createDirectories(runs);
      for (int i = 1; ; i++) {
        String tried = i == 1 ? name : name + "-" + i;
        try {
          return new RunFolder(tried, Files.createDirectory(runs.resolve(tried)));
        } catch (FileAlreadyExistsException e) {
          if (i == 1000) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new Refused(
          "%s can't be written to: %s; name another folder with LOG_DIR"
              .formatted(runs, Reason.of(e)));
    }
  }

  /** When the run of a folder that the gate named began; empty where somebody else named it. */
  public static Optional<Instant> began(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.matches("\\d{8}T\\d{6}Z(?:-\\d{1,4})?")) {
      return Optional.empty();
    }
    try {
      return Optional.of(NAME.parse(name.substring(0, name.indexOf('Z') + 1), Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Deletes a run's folder; links in it are deleted, not followed. */
  public static void delete(Path folder) throws IOException {
    TempFolder.delete(folder);
  }

  /** That of a run that is there. */
  public static RunFolder of(String name, Path path) {
    return new RunFolder(name, path.toAbsolutePath().normalize());
  }

  /** The journal. */
  public Path journal() {
    return path.resolve(JOURNAL);
  }

  /** The log of a step, its folder made; relative to this one with {@code /}. */
  String stepLog(String leg, int attempt, int step, String title) {
    return own(log(leg, attempt, (step < 10 ? "0" : "") + step + "-" + slug(title)));
  }

  /** The log of a service, its folder made. */
  String serviceLog(String leg, int attempt, String service, int replica) {
    return noLink(log(leg, attempt, "service-" + slug(service) + "-" + replica));
  }

  private String log(String leg, int attempt, String name) {
    String tries = attempt == 1 ? "" : ATTEMPT + attempt + "/";
    return made("legs/" + FileNames.ofLeg(leg) + "/" + tries + name + ".log");
  }

  /**
   * Moves the logs of all but so many attempts out of the way of what comes, into a folder {@code
   * cut-off-1} or so beside them.
   *
   * @throws Broken where they can't be moved
   */
  void setAside(String leg, int attempts) {
    Path logs = path.resolve("legs").resolve(FileNames.ofLeg(leg));
    noLink(logs);
    if (!Files.isDirectory(logs, NOFOLLOW_LINKS)) {
      return;
    }
    try {
      List<Path> old = old(logs, attempts);
      if (!old.isEmpty()) {
        int number = 1;
        while (Files.exists(logs.resolve(CUT_OFF + number), NOFOLLOW_LINKS)) {
          number++;
        }
        Path aside = Files.createDirectory(logs.resolve(CUT_OFF + number));
        for (Path file : old) {
          Files.move(file, aside.resolve(file.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new Broken("cannot move the logs in %s: %s".formatted(logs, Reason.of(e)));
    }
  }

  private static List<Path> old(Path logs, int attempts) throws IOException {
    try (Stream<Path> files = Files.list(logs)) {
      return files.filter(file -> attempt(file.getFileName().toString()) > attempts).toList();
    }
  }

  /** Which attempt's a file or folder is; 0: none's. */
  private static int attempt(String name) {
    if (name.startsWith(CUT_OFF)) {
      return 0;
    }
    return name.matches(ATTEMPT + "\\d{1,6}")
        ? Integer.parseInt(name.substring(ATTEMPT.length()))
        : 1;
  }

  /** How many builds have a log already. */
  int builds() {
    String[] logs = path.resolve(BUILDS).toFile().list();
    return logs == null ? 0 : logs.length;
  }

  /** The copy of an artifact, its folder made; {@code number} tells it from others of the run. */
  String artifact(String leg, int attempt, int step, int number, String name) {
    String last = Path.of(name).getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
    String tries = attempt == 1 ? "" : "attempt-" + attempt + "/";
    return noLink(
        made(
            "artifacts/%s/%s%02d-%d-%s"
                .formatted(
                    FileNames.ofLeg(leg),
                    tries,
                    step,
                    number,
                    last.substring(Math.max(0, last.length() - 80)))));
  }

  /** The log of a build. */
  String buildLog(int number, String what) {
    return noLink(made("%s/%02d-%s.log".formatted(BUILDS, number, slug(what))));
  }

  /** The path of a file, its folder made. */
  private String made(String relative) {
    Path folder = path.resolve(relative).getParent();
    try {
      if (!isFolder(folder)) {
        noLink(folder);
        Files.createDirectories(folder);
      }
      return relative;
    } catch (IOException e) {
      throw new Broken("cannot make a folder for %s: %s".formatted(relative, Reason.of(e)));
    }
  }

  private String noLink(String relative) {
    noLink(path.resolve(relative));
    return relative;
  }

  /** The same of a file that is new as a rule: made here, it is no link. */
  private String own(String relative) {
    return isNew(path.resolve(relative)) ? relative : noLink(relative);
  }

  /** Makes a file, never through a link; whoever writes to it says why it can't be made. */
  private static boolean isNew(Path file) {
    try {
      return file.toFile().createNewFile();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it and all above it are folders, and none of them is a link. */
  private boolean isFolder(Path folder) {
    for (Path at = folder; !at.equals(path); at = at.getParent()) {
      if (!Files.isDirectory(at, NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }

  /** Nothing is written through a link that somebody laid into the folder. */
  private void noLink(Path file) {
    for (Path at = file; !at.equals(path); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw new Broken(at + " is a symbolic link, and logs are never written through one");
      }
    }
  }

  private static String slug(String text) {
    StringBuilder slug = new StringBuilder();
    boolean apart = false;
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
        slug.append(apart && !slug.isEmpty() ? "-" : "").append(c);
        apart = false;
      } else {
        apart = true;
      }
    }
    return slug.isEmpty() ? "x" : slug.substring(0, Math.min(slug.length(), LONGEST_SLUG));
  }
}
