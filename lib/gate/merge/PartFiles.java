package gate.merge;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import gate.base.FileNames;
import gate.base.Reason;
import gate.base.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Copies what a part wrote, and nothing that isn't its own; links are never followed. */
final class PartFiles {
  private final PartRun part;
  private final Relocation relocation;
  private final Path target;
  private final List<String> problems = new ArrayList<>();

  private PartFiles(PartRun part, Relocation relocation, Path target) {
    this.part = part;
    this.relocation = relocation;
    this.target = target;
  }

  /**
   * Copies the files of these legs, and the part's builds.
   *
   * @return what couldn't be copied, and why, a sentence each
   */
  static List<String> copy(PartRun part, Set<String> legs, Relocation relocation, Path target) {
    PartFiles files = new PartFiles(part, relocation, target);
    for (String leg : new TreeSet<>(legs)) {
      files.tree("legs/" + FileNames.ofLeg(leg));
      files.tree("artifacts/" + FileNames.ofLeg(leg));
    }
    files.tree("builds");
    return files.problems;
  }

  private void tree(String folder) {
    Path from = part.folder();
    for (String name : folder.split("/")) {
      from = from.resolve(name);
      if (!Files.exists(from, NOFOLLOW_LINKS)) {
        return;
      }
      if (!Files.isDirectory(from, NOFOLLOW_LINKS)) {
        problem(from, "it is no folder, but a link or the like");
        return;
      }
    }
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (!Files.isDirectory(file, NOFOLLOW_LINKS)) {
          file(file);
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      problem(from, e instanceof IOException it ? Reason.of(it) : e.getMessage());
    }
  }

  private void file(Path file) {
    String name = part.folder().relativize(file).toString().replace('\\', '/');
    if (!FileNames.plain(name)) {
      problem(file, "it has a name that the gate gives no file");
    } else if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      problem(file, "it is no file, but a link or the like");
    } else {
      copy(file, place(name));
    }
  }

  private Path place(String name) {
    return target.resolve(
        name.startsWith(Relocation.BUILDS)
            ? relocation.build(name.substring(Relocation.BUILDS.length()))
            : name);
  }

  private void copy(Path file, Path to) {
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      Files.createDirectories(to.getParent());
      Files.copy(in, to);
    } catch (FileAlreadyExistsException e) {
      problem(file, "another part has written one of the same name");
    } catch (IOException e) {
      problem(file, Reason.of(e));
    }
  }

  private void problem(Path file, String why) {
    problems.add(
        "%s: %s isn't copied: %s".formatted(part.where(), Shown.value(file.toString()), why));
  }
}
