package gate.kernel;

/** Makes a temporary folder, tells its path, and keeps it until its standard input ends. */
final class TempFolderMain {
  private TempFolderMain() {}

  public static void main(String[] args) throws Exception {
    try (TempFolder temp = TempFolder.create()) {
      System.out.println(temp.path());
      System.in.readAllBytes();
    }
  }
}
