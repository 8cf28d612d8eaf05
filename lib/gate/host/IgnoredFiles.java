package gate.host;

import gate.base.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What git is told to ignore; nothing where a folder lies in no repository, or git isn't there. */
public final class IgnoredFiles {
  private static final int MOST = 1000;

  private IgnoredFiles() {}

  /** The folders below a folder that are ignored as a whole; absolute. */
  public static Set<Path> folders(World world, Path folder) {
    List<String> words = List.of("ls-files", "-z", "-o", "-i", "--exclude-standard", "--directory");
    return Git.ask(world, folder, Map.of(), words.toArray(String[]::new)).stream()
        .flatMap(lines -> Arrays.stream(String.join("\n", lines).split("\0")))
        .filter(it -> it.endsWith("/"))
        .map(it -> folder.resolve(it).normalize())
        .collect(Collectors.toSet());
  }

  /** Those of some files below a folder that are ignored; none of too many. */
  public static Set<Path> of(World world, Path folder, Collection<Path> files) {
    if (files.isEmpty() || files.size() > MOST) {
      return Set.of();
    }
    List<String> words =
        new ArrayList<>(List.of("-c", "core.quotePath=false", "check-ignore", "--"));
    files.forEach(file -> words.add(folder.relativize(file).toString()));
    return Git.ask(world, folder, Map.of(), words.toArray(String[]::new)).stream()
        .flatMap(List::stream)
        .map(it -> folder.resolve(it).normalize())
        .collect(Collectors.toSet());
  }
}
