package gate.kernel;

import gate.journal.Event.MachineUsed;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which virtual machines tests say they had running, as read back from what ran them: {@code
 * machine}, {@code uuid}, {@code pid}, {@code accelerator} ({@code kvm} or {@code tcg}) and {@code
 * guest} ({@code answered} or {@code not asked}).
 */
final class Machines {
  static final String VARIABLE = "MATRIX_MACHINES";

  private static final int MOST = 200;

  private Machines() {}

  /**
   * What the file says; nothing where there is none.
   *
   * @throws Broken where it can't be read, or says something else
   */
  static List<MachineUsed> read(Path file) {
    Set<MachineUsed> used = new LinkedHashSet<>();
    for (Said line : Said.read(VARIABLE, file)) {
      used.add(
          new MachineUsed(
              line.text("machine"),
              line.text("uuid"),
              line.number("pid"),
              line.either("accelerator", "kvm", "tcg"),
              line.either("guest", "answered", "not asked")));
      if (used.size() > MOST) {
        throw new Broken("the tests tell of more than %d virtual machines".formatted(MOST));
      }
    }
    return List.copyOf(used);
  }
}
