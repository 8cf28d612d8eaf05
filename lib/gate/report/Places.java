package gate.report;

import gate.journal.Event;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which line of which file in the repository a message speaks of, as annotations name it. */
final class Places {
  private static final Pattern SCRIPT =
      Pattern.compile("(?:^|[\\s`(])([\\w./-]{1,200}\\.groovy):(\\d{1,6})\\b");
  private static final Pattern SOURCE =
      Pattern.compile("(?:^|[\\s`(])([\\w./-]{1,200}\\.rs):(\\d{1,6})(?::(\\d{1,6}))?\\b");
  private static final int LONGEST = 1 << 14;

  private final String workspace;
  private final List<Path> folders = new ArrayList<>();

  /**
   * @param workspace the folder of the repository; empty: unknown
   */
  Places(String workspace) {
    this.workspace = workspace;
  }

  /** Learns where things are. */
  void take(Event event) {
    switch (event) {
      case Event.RunStarted run ->
          path(run.definition()).map(Path::getParent).ifPresent(folders::add);
      case Event.InputsRead inputs ->
          inputs.sources().forEach(it -> path(it.folder()).ifPresent(folders::add));
      default -> {}
    }
  }

  /** As {@code file=…,line=…,}, or empty. */
  String script(String message) {
    return place(SCRIPT, message);
  }

  String source(String message) {
    return place(SOURCE, message);
  }

  private String place(Pattern pattern, String message) {
    Matcher found = pattern.matcher(Clean.cut(message, LONGEST));
    while (found.find()) {
      Optional<String> file = file(found.group(1));
      if (file.isPresent()) {
        return "file=%s,line=%s,".formatted(GitHub.property(file.get()), found.group(2));
      }
    }
    return "";
  }

  private Optional<String> file(String named) {
    Optional<Path> root = path(workspace);
    if (workspace.isEmpty() || root.isEmpty()) {
      return Optional.empty();
    }
    return folders.stream()
        .map(folder -> folder.resolve(named).normalize())
        .filter(file -> file.startsWith(root.get()) && Files.isRegularFile(file))
        .map(file -> root.get().relativize(file).toString())
        .findFirst();
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
