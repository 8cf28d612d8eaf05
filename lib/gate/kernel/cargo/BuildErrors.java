package gate.kernel.cargo;

import gate.base.Names;
import gate.kernel.process.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What cargo had to say when it built nothing, and what to do about it. */
public final class BuildErrors {
  private static final int MOST_LINES = 20;
  private static final Pattern PACKAGE =
      Pattern.compile("package ID specification `([^`]+)` did not match any packages");
  private static final Pattern LOCKED =
      Pattern.compile("lock file .* needs to be updated|cannot (?:update|create) the lock file");

  private BuildErrors() {}

  static Failed of(String line, Exit exit, Path log, Path workspace) {
    return Failed.broken(sentence(line, exit, log, workspace));
  }

  /**
   * What went wrong, and its first error.
   *
   * @param line the command, as it is printed
   * @param log what it said
   */
  public static String sentence(String line, Exit exit, Path log, Path workspace) {
    List<String> lines;
    try {
      lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(it -> !it.startsWith("$ "))
              .toList();
    } catch (IOException e) {
      lines = List.of(e.getMessage());
    }
    String said = String.join("\n", lines);
    Matcher unknown = PACKAGE.matcher(said);
    if (unknown.find()) {
      List<String> known = packages(workspace);
      return "there is no package `%s` in %s%s"
          .formatted(
              unknown.group(1),
              workspace,
              Names.nearest(unknown.group(1), known)
                  .map("; did you mean `%s`?"::formatted)
                  .orElse("; the packages are " + String.join(", ", known)));
    }
    String hint =
        LOCKED.matcher(said).find()
            ? "\nCargo.lock doesn't fit the manifests: run `cargo generate-lockfile` or `cargo update --workspace` in %s, and commit it"
                .formatted(workspace)
            : "";
    return "`%s` failed (%s):\n%s%s".formatted(line, exit.describe(), errors(lines), hint);
  }

  /** The first error and what follows it; the last lines where none is called so. */
  private static String errors(List<String> lines) {
    int first = 0;
    while (first < lines.size() && !lines.get(first).startsWith("error")) {
      first++;
    }
    int from = first == lines.size() ? Math.max(0, lines.size() - MOST_LINES) : first;
    List<String> told = lines.subList(from, lines.size());
    List<String> shown = new ArrayList<>(told.subList(0, Math.min(told.size(), MOST_LINES)));
    if (told.size() > MOST_LINES) {
      shown.add("… and %d lines more".formatted(told.size() - MOST_LINES));
    }
    return String.join("\n", shown);
  }

  /** The names in the workspace's manifests, as far as a look tells. */
  private static List<String> packages(Path workspace) {
    Pattern name = Pattern.compile("(?m)^\\[package\\][^\\[]*?^name\\s*=\\s*\"([^\"]+)\"");
    try (Stream<Path> files = Files.walk(workspace, 4)) {
      return files
          .filter(file -> file.endsWith("Cargo.toml") && !file.toString().contains("/target/"))
          .map(BuildErrors::text)
          .flatMap(text -> name.matcher(text).results().map(it -> it.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
