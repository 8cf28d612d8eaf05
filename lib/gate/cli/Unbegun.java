package gate.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import gate.base.Reason;
import gate.kernel.RunFolder;
import gate.kernel.RunLock;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folders that the gate named, whose run was cut off before its journal had an entry: there is
 * nothing to go on with, or to look at.
 */
final class Unbegun {
  private static final int LONGEST = 1 << 20;
  private static final Set<String> CONTENT =
      Set.of(RunLock.NAME, RunFolder.JOURNAL, RunFolder.DISK);

  private Unbegun() {}

  static List<Path> all(Path definitionFolder) {
    return Runs.areOwn(definitionFolder) ? Runs.all(definitionFolder, Unbegun::is) : List.of();
  }

  /**
   * Deletes one.
   *
   * @param really whether it is deleted
   * @return whether it is, or would be
   * @throws Refused where its gate is still at it, or it can't be deleted
   */
  static boolean clear(Path folder, boolean really) {
    try (RunLock _ = RunLock.take(folder)) {
      boolean still = is(folder); // under the lock
      if (still && really) {
        RunFolder.delete(folder);
      }
      return still;
    } catch (Refused e) {
      if (Files.exists(folder)) {
        throw e;
      }
      return false; // somebody else cleared it
    } catch (IOException e) {
      throw new Refused("%s can't be deleted: %s".formatted(folder, Reason.of(e)));
    }
  }

  private static boolean is(Path folder) {
    if (RunFolder.began(folder).isEmpty() || Files.isSymbolicLink(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> content =
          files.map(it -> it.getFileName().toString()).collect(Collectors.toSet());
      return content.contains(RunLock.NAME)
          && CONTENT.containsAll(content)
          && (!content.contains(RunFolder.JOURNAL)
              || hasNoEntry(folder.resolve(RunFolder.JOURNAL)));
    } catch (IOException e) {
      return false;
    }
  }

  /** An entry ends with its line. */
  private static boolean hasNoEntry(Path journal) throws IOException {
    return Files.size(journal) < LONGEST && !Files.readString(journal, ISO_8859_1).contains("\n");
  }
}
