package gate.cli;

import gate.base.World;
import gate.host.IgnoredFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Files whose changes are waited for.
 *
 * @param files each by itself
 * @param folders with all below them that git doesn't ignore, and that no build makes
 * @param ignored folders that aren't looked into
 */
record Watched(World world, List<Path> files, List<Path> folders, Set<Path> ignored) {
  private static final Set<String> BUILT = Set.of("target", ".git", ".cccc");

  /** What editors leave beside the files that they have open. */
  private static final Pattern EDITORS = Pattern.compile("\\..*\\.sw.|.*~|\\.#.*|#.*#|4913");

  static Watched of(World world, List<Path> files, List<Path> folders) {
    Set<Path> ignored = new HashSet<>();
    folders.stream()
        .filter(Files::isDirectory)
        .forEach(folder -> ignored.addAll(IgnoredFiles.folders(world, folder)));
    return new Watched(world, List.copyOf(files), List.copyOf(folders), Set.copyOf(ignored));
  }

  /** How each file was: when it was written, and how long it is. */
  Map<Path, String> now() {
    Map<Path, String> found = new LinkedHashMap<>();
    files.forEach(file -> look(file, found));
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        continue; // gone, or not there yet
      }
      try {
        Files.walkFileTree(folder, visitor(found));
      } catch (IOException e) {
        // it is gone, which the next look tells
      }
    }
    return found;
  }

  private static void look(Path file, Map<Path, String> found) {
    try {
      found.put(file, stamp(Files.readAttributes(file, BasicFileAttributes.class)));
    } catch (IOException e) {
      // it isn't there
    }
  }

  private static String stamp(BasicFileAttributes file) {
    return file.lastModifiedTime().toInstant() + " " + file.size() + " " + file.fileKey();
  }

  private FileVisitor<Path> visitor(Map<Path, String> found) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        Path name = folder.getFileName();
        return ignored.contains(folder) || name != null && BUILT.contains(name.toString())
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (!EDITORS.matcher(file.getFileName().toString()).matches()) {
          found.put(file, stamp(attributes));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        return FileVisitResult.CONTINUE;
      }
    };
  }

  /** The files that differ, save those that git ignores. */
  Set<Path> changed(Map<Path, String> before, Map<Path, String> after) {
    Set<Path> changed = new TreeSet<>();
    Set<Path> all = new HashSet<>(before.keySet());
    all.addAll(after.keySet());
    all.stream()
        .filter(file -> !java.util.Objects.equals(before.get(file), after.get(file)))
        .forEach(changed::add);
    for (Path folder : folders.stream().filter(Files::isDirectory).toList()) {
      List<Path> below =
          changed.stream()
              .filter(file -> file.startsWith(folder) && !files.contains(file))
              .toList();
      changed.removeAll(IgnoredFiles.of(world, folder, below));
    }
    return changed;
  }
}
