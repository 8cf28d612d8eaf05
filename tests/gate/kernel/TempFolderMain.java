package gate.kernel;

import java.util.Optional;

/**
 * Does as a run: clears, makes a temporary folder, tells its path, and keeps it until its standard
 * input ends.
 */
final class TempFolderMain {
  private TempFolderMain() {}

  public static void main(String[] args) throws Exception {
    TempFolder.clearStale(Optional.empty(), true);
    try (TempFolder temp = TempFolder.create()) {
      System.out.println(temp.path());
      System.in.readAllBytes();
    }
  }
}
