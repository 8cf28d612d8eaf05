package gate.kernel.cargo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an artifact was built of: rustc's dep-info, as make reads it, beside the artifact.
 *
 * @param written when it was built
 * @param sources those that are there, without what builds themselves make
 */
record DepInfo(FileTime written, List<Path> sources) {
  private static final Pattern WORD = Pattern.compile("(?:\\\\.|[^\\\\\\s])+");

  /** Of an artifact; none where rustc left none. */
  static List<DepInfo> of(Artifact artifact) throws IOException {
    List<DepInfo> all = new ArrayList<>();
    for (Path file : files(artifact)) {
      FileTime written = Files.getLastModifiedTime(file); // not rewritten where it stays the same
      for (Path built : artifact.files()) {
        FileTime time = Files.getLastModifiedTime(built);
        written = time.compareTo(written) > 0 ? time : written;
      }
      all.add(new DepInfo(written, sources(file, artifact.manifest().getParent())));
    }
    return List.copyOf(all);
  }

  private static Set<Path> files(Artifact artifact) throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (Path built : artifact.files()) {
      String name = built.getFileName().toString();
      String stem = name.replaceFirst("[.](?:rlib|rmeta|so|dylib|a)$", "");
      Stream.of(stem, stem.replaceFirst("^lib", ""))
          .map(it -> built.resolveSibling(it + ".d"))
          .filter(Files::isRegularFile)
          .forEach(files::add);
      if (artifact.kind().equals("custom-build") && Files.isDirectory(built.getParent())) {
        try (Stream<Path> beside = Files.list(built.getParent())) {
          beside.filter(it -> it.toString().endsWith(".d")).forEach(files::add);
        }
      }
    }
    return files;
  }

  private static List<Path> sources(Path file, Path packageFolder) throws IOException {
    Set<Path> sources = new LinkedHashSet<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      int colon = line.indexOf(": ");
      if (colon >= 0 && !line.startsWith("#")) {
        Matcher word = WORD.matcher(line.substring(colon + 2));
        while (word.find()) {
          found(Path.of(word.group().replaceAll("\\\\(.)", "$1")), packageFolder)
              .filter(it -> !it.startsWith(file.getParent().getParent()))
              .ifPresent(sources::add);
        }
      }
    }
    return List.copyOf(sources);
  }

  /** Relative ones are so to the workspace, in which the package is. */
  private static Optional<Path> found(Path source, Path packageFolder) {
    return Stream.iterate(packageFolder, it -> it != null, Path::getParent)
        .map(it -> it.resolve(source))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * A source that was put there after the build, with a time from before it: cargo, which goes by
   * that time, takes it for what it built.
   */
  Optional<Path> overlooked() throws IOException {
    for (Path source : sources) {
      FileTime put = (FileTime) Files.getAttribute(source, "unix:ctime");
      if (put.compareTo(written) > 0
          && Files.getLastModifiedTime(source, LinkOption.NOFOLLOW_LINKS).compareTo(written) <= 0) {
        return Optional.of(source);
      }
    }
    return Optional.empty();
  }
}
