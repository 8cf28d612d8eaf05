package gate.kernel;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a temporary folder, tells its path, and keeps it until its standard input ends. With a
 * run's folder as its argument it clears what is left of that run's instead.
 */
final class TempFolderMain {
  private TempFolderMain() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      System.out.println(TempFolder.clearStale(Optional.of(args[0]), true).cleared());
      return;
    }
    try (TempFolder temp = TempFolder.create(Path.of(""))) {
      System.out.println(temp.path());
      System.in.readAllBytes();
    }
  }
}
