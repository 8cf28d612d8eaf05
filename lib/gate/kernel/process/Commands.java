package gate.kernel.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the program that an order means, and says in one sentence why it couldn't be started. */
final class Commands {
  private static final String USUAL_PATH = "/bin:/usr/bin"; // what execvp takes without a PATH

  /** Where a command may be, in the order in which it is looked for. */
  private record Candidates(String command, String path, String folder, List<File> files) {
    boolean of(String otherCommand, String otherPath, String otherFolder) {
      return command.equals(otherCommand) && path.equals(otherPath) && folder.equals(otherFolder);
    }
  }

  /** Those of the last order, for the next is often alike. */
  private static volatile Candidates last = new Candidates("", "", "", List.of());

  private Commands() {}

  /**
   * The program's path: as it is where it has a slash, else the first executable file of that name
   * in the order's own PATH.
   */
  static String find(Order order) throws SpawnFailed {
    String command = order.argv().get(0);
    if (command.isEmpty()) {
      throw new SpawnFailed("the command is empty: its first word has to name a program");
    }
    if (command.indexOf('/') >= 0) {
      return command;
    }
    String path = order.env().getOrDefault("PATH", USUAL_PATH);
    List<String> refused = new ArrayList<>();
    for (File file : candidates(command, path, order.folder())) {
      if (file.isFile()) {
        if (file.canExecute()) {
          return file.getPath();
        }
        refused.add(file.getPath());
      }
    }
    if (!refused.isEmpty()) {
      throw new SpawnFailed(
          "`" + refused.get(0) + "` is not executable (chmod +x would make it so)");
    }
    throw new SpawnFailed(
        order.env().containsKey("PATH")
            ? "`" + command + "` not found in PATH (" + (path.isEmpty() ? "empty" : path) + ")"
            : "`"
                + command
                + "` not found: the process is given no PATH, so "
                + path
                + " was tried");
  }

  private static List<File> candidates(String command, String path, String folder) {
    Candidates kept = last;
    if (!kept.of(command, path, folder)) {
      List<File> files = new ArrayList<>();
      for (String entry : path.split(":", -1)) {
        files.add(new File(folder(folder, entry), command));
      }
      kept = new Candidates(command, path, folder, files);
      last = kept;
    }
    return kept.files();
  }

  private static File folder(String base, String entry) {
    File folder = new File(entry.isEmpty() ? base : entry);
    return folder.isAbsolute() ? folder : new File(base, entry);
  }

  /** Refuses what would make the child wait for ever in opening it, such as a named pipe. */
  static void checkFiles(Order order) throws SpawnFailed {
    if (!order.isPipe(order.out())) {
      checkFile("log", order.out());
    }
    if (!order.isPipe(order.err())) {
      checkFile("log", order.err());
    }
    checkFile("input", order.in());
  }

  private static void checkFile(String what, String path) throws SpawnFailed {
    File file = new File(path);
    if (!path.isEmpty() && !path.startsWith("/dev/") && !file.isFile() && file.exists()) {
      throw new SpawnFailed(
          "cannot open "
              + what
              + " `"
              + path
              + "`: it is "
              + (file.isDirectory() ? "a folder" : "no regular file"));
    }
  }

  /**
   * Why the kernel refused; found out afterwards, from the error and from what the files look like.
   */
  static SpawnFailed explain(Order order, String program, int error) {
    String reason = folderReason(order.folder());
    if (reason == null) {
      reason = logReason(order.out(), error);
    }
    if (reason == null && !order.err().isEmpty()) {
      reason = logReason(order.err(), error);
    }
    if (reason == null && !order.in().isEmpty() && !new File(order.in()).canRead()) {
      reason =
          "cannot open input `"
              + order.in()
              + "`: "
              + (new File(order.in()).exists() ? "permission denied" : "it does not exist");
    }
    if (reason == null) {
      reason = programReason(order, program, error);
    }
    return new SpawnFailed(reason);
  }

  static SpawnFailed tooLong(String program) {
    return new SpawnFailed(
        "`"
            + program
            + "` can't be started: its arguments and environment are too long for the"
            + " kernel");
  }

  private static String folderReason(String folder) {
    File file = new File(folder);
    if (!file.exists()) {
      return "folder `" + folder + "` does not exist";
    }
    if (!file.isDirectory()) {
      return "`" + folder + "` is not a folder";
    }
    return file.canExecute()
        ? null
        : "folder `" + folder + "` may not be entered: permission denied";
  }

  private static String logReason(String log, int error) {
    Path path = Path.of(log);
    String cannot = "cannot open log `" + log + "`: ";
    if (Files.isSymbolicLink(path)) {
      return cannot + "it is a symbolic link, and logs are never written through one";
    }
    if (Files.exists(path)) {
      return Files.isWritable(path) ? null : cannot + "permission denied";
    }
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return cannot + "its folder does not exist";
    }
    if (!Files.isWritable(parent)) {
      return cannot + (error == 30 ? "its file system is read-only" : "permission denied");
    }
    return switch (error) {
      case 28, 122 -> cannot + "no space left on its file system";
      case 36 -> cannot + "its name is too long";
      default -> null; // it may be missing only because nothing got as far as to open it
    };
  }

  private static String programReason(Order order, String program, int error) {
    String what = "`" + program + "` ";
    File file = new File(program);
    file = file.isAbsolute() ? file : new File(order.folder(), program);
    return switch (error) {
      case 2, 20 ->
          file.exists()
              ? what + "can't be started: the interpreter or loader that it names does not exist"
              : what + "does not exist";
      case 7 -> tooLong(program).getMessage();
      case 8 ->
          what + "is no program that this machine can run (another architecture, or no #! line)";
      case 11, 12 ->
          what
              + "can't be started: the machine has no room for another process (error "
              + error
              + ")";
      case 13 ->
          file.isDirectory()
              ? what + "is a folder, not a program"
              : what + "is not executable (chmod +x would make it so)";
      case 23, 24 -> what + "can't be started: too many files are open on this machine";
      case 26 -> what + "can't be started: it is being written to";
      default -> what + "can't be started: error " + error;
    };
  }
}
