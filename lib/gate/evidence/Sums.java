package gate.evidence;

import gate.base.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code SHA256SUMS}: a line for each file of a folder, as {@code sha256sum} of GNU coreutils
 * writes and checks it. It tells nothing of itself and of the attestation, which signs it.
 */
final class Sums {
  /** What the gate calls files; none needs {@code sha256sum}'s escapes. */
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

  private static final Set<String> BESIDES =
      Set.of(EvidenceFolder.SUMS, EvidenceFolder.ATTESTATION);
  private static final int MOST_NAMED = 20;

  private Sums() {}

  /** Whether a path, with {@code /}, may be one of a kept file. */
  static boolean mayBeKept(String path) {
    return FileNames.plain(path);
  }

  /** Writes it for all files of a folder. */
  static void write(Path folder) throws IOException {
    List<String> strangers = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Path> file : files(folder, strangers).entrySet()) {
      text.append(Digests.of(file.getValue())).append("  ").append(file.getKey()).append('\n');
    }
    if (!strangers.isEmpty()) {
      throw new IOException(strangers.getFirst());
    }
    Files.writeString(folder.resolve(EvidenceFolder.SUMS), text);
  }

  /** What differs between the list and the folder, a sentence each. */
  static List<String> faults(Path folder) throws IOException {
    Path list = folder.resolve(EvidenceFolder.SUMS);
    if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(EvidenceFolder.SUMS + " is missing");
    }
    List<String> faults = new ArrayList<>();
    Map<String, String> listed =
        listed(Files.readString(list, StandardCharsets.ISO_8859_1), faults);
    Map<String, Path> there = files(folder, faults);
    for (Map.Entry<String, String> file : listed.entrySet()) {
      Path path = there.remove(file.getKey());
      if (path == null) {
        faults.add(
            "%s is listed in %s, but it isn't there".formatted(file.getKey(), EvidenceFolder.SUMS));
      } else if (!Digests.of(path).equals(file.getValue())) {
        faults.add("%s isn't what it was: its SHA-256 is another".formatted(file.getKey()));
      }
    }
    there
        .keySet()
        .forEach(name ->
            faults.add("%s is there, but %s doesn't list it".formatted(name, EvidenceFolder.SUMS)));
    return faults.size() <= MOST_NAMED
        ? faults
        : Stream.concat(
                faults.stream().limit(MOST_NAMED),
                Stream.of("and %d more files".formatted(faults.size() - MOST_NAMED)))
            .toList();
  }

  private static Map<String, String> listed(String text, List<String> faults) {
    Map<String, String> listed = new TreeMap<>();
    String before = "";
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && mayBeKept(matcher.group(2))) {
        if (matcher.group(2).compareTo(before) <= 0) {
          faults.add("%s isn't in order at %s".formatted(EvidenceFolder.SUMS, matcher.group(2)));
        }
        before = matcher.group(2);
        listed.put(before, matcher.group(1));
      } else if (!line.isEmpty()) {
        faults.add("%s holds a line that is none of its own".formatted(EvidenceFolder.SUMS));
      }
    }
    if (!text.endsWith("\n") || text.contains("\n\n")) {
      faults.add("%s isn't whole".formatted(EvidenceFolder.SUMS));
    }
    return listed;
  }

  /** The files by their names, in order; {@code faults} hears of what is no plain file. */
  private static Map<String, Path> files(Path folder, List<String> faults) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || BESIDES.contains(name)) {
          continue;
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          faults.add(
              "%s is no file, but a link or the like".formatted(gate.base.Shown.value(name)));
        } else if (!mayBeKept(name)) {
          faults.add(
              "%s has a name that the gate gives no file".formatted(gate.base.Shown.value(name)));
        } else {
          files.put(name, path);
        }
      }
    }
    return files;
  }
}
