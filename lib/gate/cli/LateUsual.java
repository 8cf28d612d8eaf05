package gate.cli;

import gate.journal.Usual;
import gate.journal.UsualReader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** What is usual by earlier journals; they are read when first asked for, while others go on. */
final class LateUsual implements Supplier<Usual> {
  private final Supplier<List<Path>> journals;
  private boolean asked;
  private volatile Usual known = Usual.UNKNOWN;

  LateUsual(Supplier<List<Path>> journals) {
    this.journals = journals;
  }

  @Override
  public Usual get() {
    if (!asked) {
      asked = true;
      try {
        Thread.ofPlatform()
            .daemon()
            .name("history")
            .start(() -> known = UsualReader.usual(journals.get()));
      } catch (OutOfMemoryError e) {
        // no room for another thread: nothing is known to be usual
      }
    }
    return known;
  }
}
