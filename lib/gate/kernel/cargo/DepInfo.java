package gate.kernel.cargo;

import gate.base.ChangeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
 * What an artifact was built of: rustc's dep-info, as make reads it, beside the artifact. What
 * cargo writes beside those that it hands out names more, and isn't read.
 *
 * @param written when it was built
 * @param sources those that are there, without what builds themselves make
 * @param packageFolder where its package is
 */
record DepInfo(FileTime written, List<Path> sources, Path packageFolder) {
  private static final Pattern WORD = Pattern.compile("(?:[^\\\\\\s]++|\\\\.?)+");

  /** Of an artifact; none where rustc left none. */
  static List<DepInfo> of(Artifact artifact) throws IOException {
    Path packageFolder = artifact.manifest().getParent();
    List<DepInfo> all = new ArrayList<>();
    for (Path file : files(artifact)) {
      all.add(
          new DepInfo(
              Files.getLastModifiedTime(file), sources(file, packageFolder), packageFolder));
    }
    return List.copyOf(all);
  }

  private static Set<Path> files(Artifact artifact) throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (Path made : artifact.files()) {
      Path built = origin(made, artifact.name().replace('-', '_'));
      String stem =
          built.getFileName().toString().replaceFirst("[.](?:rlib|rmeta|so|dylib|a)$", "");
      Stream.of(stem, stem.replaceFirst("^lib", ""))
          .map(it -> built.resolveSibling(it + ".d"))
          .filter(it -> inside(it) && Files.isRegularFile(it))
          .forEach(files::add);
    }
    return files;
  }

  /** Where rustc puts what it makes: in {@code deps}, or in a folder of a build script's own. */
  private static boolean inside(Path file) {
    Path folder = file.getParent();
    return folder.endsWith("deps") || folder.getParent().endsWith("build");
  }

  /** What cargo handed out is a link to what rustc made. */
  private static Path origin(Path made, String name) throws IOException {
    Path folder = inside(made) ? made.getParent() : made.resolveSibling("deps");
    if (made.getParent().endsWith("deps") || !Files.isDirectory(folder) || !Files.exists(made)) {
      return made;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path it :
          files
              .filter(it ->
                  it.getFileName().toString().contains(name + "-")
                      || it.getFileName().toString().startsWith("build_script_"))
              .toList()) {
        if (!it.toString().endsWith(".d") && Files.isSameFile(it, made)) {
          return it;
        }
      }
    }
    return made;
  }

  private static List<Path> sources(Path file, Path packageFolder) throws IOException {
    Set<Path> sources = new LinkedHashSet<>();
    String text = Utf8.read(file).orElseThrow(() -> new IOException(file + " isn't UTF-8"));
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon >= 0 && !line.startsWith("#")) {
        Matcher word = WORD.matcher(line.substring(colon + 2));
        while (word.find()) {
          found(word.group().replace("\\ ", " "), packageFolder)
              .filter(it -> !it.startsWith(file.getParent().getParent()))
              .ifPresent(sources::add);
        }
      }
    }
    return List.copyOf(sources);
  }

  /** Relative ones are so to the workspace, in which the package is. */
  private static Optional<Path> found(String source, Path packageFolder) throws IOException {
    try {
      return Stream.iterate(packageFolder, it -> it != null, Path::getParent)
          .map(it -> it.resolve(source))
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (InvalidPathException e) {
      throw new IOException("no path: " + e.getReason());
    }
  }

  /**
   * A source that was put there after the build, with a time from before it: cargo, which goes by
   * that time, takes it for what it built. A link to it or a folder of it may have been put there,
   * too.
   */
  Optional<Path> overlooked() throws IOException {
    for (Path source : sources) {
      if (Files.getLastModifiedTime(source).compareTo(written) <= 0) {
        for (Path at = source;
            at != null
                && (at == source || at.startsWith(packageFolder) && !at.equals(packageFolder));
            at = at.getParent()) {
          if (putLater(at)) {
            return Optional.of(source);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** A folder in which something was put since tells of that by its time of modification. */
  private boolean putLater(Path path) throws IOException {
    boolean later = ChangeTime.of(path).compareTo(written) > 0;
    return Files.isDirectory(path)
        ? later && Files.getLastModifiedTime(path).compareTo(written) <= 0
        : later || ChangeTime.of(path, LinkOption.NOFOLLOW_LINKS).compareTo(written) > 0;
  }
}
