package gate.cli;

import java.nio.file.Path;

/** Signed evidence, for tests elsewhere. */
public final class Attested {
  private Attested() {}

  /** Its folder; the public key is {@code KIND.pub} in the folder that is given. */
  public static Path kept(Path folder, String kind) {
    return OthersTest.kept(folder, kind).kept();
  }
}
