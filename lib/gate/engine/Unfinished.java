package gate.engine;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.kernel.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Folders in which a head that is gone had legs run that Nextflow didn't see to their end. It would
 * send the next ones to the same folders, and take an exit code that lies there for theirs.
 */
final class Unfinished {
  private static final Set<String> ENDS = Set.of("COMPLETED", "CACHED");

  private Unfinished() {}

  /** Deletes them; nobody may work there any more. */
  static void clear(EngineFolder engine) throws IOException {
    Set<String> finished = finished(engine.trace());
    for (Path group : folders(engine.work(), "[0-9a-f]{2}")) {
      for (Path folder : folders(group, "[0-9a-f]{30}")) {
        String hash = group.getFileName() + "/" + folder.getFileName();
        if (finished.stream().noneMatch(hash::startsWith)) {
          RunFolder.delete(folder);
        }
      }
    }
  }

  /**
   * The beginnings of the hashes of what Nextflow wrote down as over and done. Not the last of
   * them: it writes down twice, and may have been killed between.
   */
  private static Set<String> finished(Path trace) throws IOException {
    Set<String> finished = new TreeSet<>();
    if (!Files.isRegularFile(trace, NOFOLLOW_LINKS)) {
      return finished;
    }
    List<List<String>> rows =
        Files.readAllLines(trace, StandardCharsets.ISO_8859_1).stream()
            .map(line -> Arrays.asList(line.split("\t")))
            .toList();
    int hash = rows.isEmpty() ? -1 : rows.getFirst().indexOf("hash");
    int status = rows.isEmpty() ? -1 : rows.getFirst().indexOf("status");
    if (hash >= 0 && status >= 0) {
      rows.subList(0, rows.size() - 1).stream()
          .filter(row -> row.size() > Math.max(hash, status) && ENDS.contains(row.get(status)))
          .map(row -> row.get(hash))
          .filter(it -> it.matches("[0-9a-f]{2}/[0-9a-f]{6}"))
          .forEach(finished::add);
    }
    return finished;
  }

  private static List<Path> folders(Path in, String name) throws IOException {
    if (!Files.isDirectory(in, NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(in)) {
      return all.filter(it -> Files.isDirectory(it, NOFOLLOW_LINKS))
          .filter(it -> it.getFileName().toString().matches(name))
          .toList();
    }
  }
}
