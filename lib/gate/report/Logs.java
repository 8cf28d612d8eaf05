package gate.report;

import gate.journal.RunRecord.StepRecord;
import gate.report.Ansi.Piece;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where a page finds the logs of its run. */
public final class Logs {
  private final Function<String, Optional<String>> places;
  private final Optional<Path> folder;

  private Logs(Function<String, Optional<String>> places, Optional<Path> folder) {
    this.places = places;
    this.folder = folder;
  }

  /** A page in the run's folder, which holds them. */
  public static Logs in(Path runFolder) {
    return new Logs(Optional::of, Optional.of(runFolder));
  }

  /** A page in another folder. */
  public static Logs from(Path pageFolder, Path runFolder) {
    Path way = pageFolder.toAbsolutePath().normalize().relativize(runFolder.toAbsolutePath());
    String before = way.toString().isEmpty() ? "" : way + "/";
    return new Logs(log -> safe(log).map(before::concat), Optional.of(runFolder));
  }

  /** Those that are kept, by their names in the journal; the page shows no part of them. */
  public static Logs kept(Map<String, String> names) {
    return new Logs(log -> Optional.ofNullable(names.get(log)), Optional.empty());
  }

  /** The address of one from the page; none where it isn't there, or lies elsewhere. */
  Optional<String> link(String log) {
    return safe(log).flatMap(places).map(Logs::address);
  }

  /** The address of a file, as a page in a folder links to it. */
  public static String address(Path folder, Path file) {
    return address(
        folder
            .toAbsolutePath()
            .normalize()
            .relativize(file.toAbsolutePath().normalize())
            .toString());
  }

  /** The lines around what went wrong in a step. */
  List<List<Piece>> excerpt(StepRecord step) {
    return folder.isEmpty() || step.log().isEmpty() ? List.of() : Excerpt.of(folder.get(), step);
  }

  private static Optional<String> safe(String log) {
    boolean inside =
        !log.isEmpty()
            && !log.startsWith("/")
            && Arrays.stream(log.split("/")).noneMatch(it -> it.equals("..") || it.isEmpty());
    return inside ? Optional.of(log) : Optional.empty();
  }

  /** Never one with a scheme: it begins with a dot. */
  private static String address(String path) {
    return Arrays.stream(path.split("/"))
        .map(it -> URLEncoder.encode(it, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/", "./", ""));
  }
}
