package gate.kernel;

import java.nio.file.Path;

/** Makes a temporary folder, tells its path, and keeps it until its standard input ends. */
final class TempFolderMain {
  private TempFolderMain() {}

  public static void main(String[] args) throws Exception {
    try (TempFolder temp = TempFolder.create(Path.of(""))) {
      System.out.println(temp.path());
      System.in.readAllBytes();
    }
  }
}
