package gate.kernel;

import gate.dsl.StepFailed;
import gate.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The places that a step may name. They stay inside, links resolved. */
final class Paths {
  private Paths() {}

  /** The folder of a workspace; by its name, or the only one. */
  static Path workspace(Plan plan, Optional<String> name) {
    if (name.isPresent()) {
      Path folder = plan.workspaces().get(name.get());
      if (folder == null) {
        throw new Unrunnable(
            "there is no workspace `%s`; the workspaces are %s"
                .formatted(name.get(), plan.workspaces().keySet()));
      }
      return folder;
    }
    if (plan.workspaces().isEmpty()) {
      throw new Unrunnable(
          "%s names no workspace; add `workspaces: { main: { path: FOLDER } }`"
              .formatted(plan.definition().file()));
    }
    if (plan.workspaces().size() > 1) {
      throw new Unrunnable(
          "say which workspace: `workspace: '…'`, one of " + plan.workspaces().keySet());
    }
    return plan.workspaces().values().iterator().next();
  }

  /** Where a command runs; the definition's folder where nothing is said. */
  static Path folder(Plan plan, Path temp, Optional<Path> named) {
    Path base = plan.definition().folder();
    if (named.isEmpty()) {
      return base;
    }
    Path folder = inside(base.resolve(named.get()), named.get(), roots(plan, temp));
    if (!Files.isDirectory(folder)) {
      throw new StepFailed("there is no folder " + folder);
    }
    return folder;
  }

  /** A file below the temporary folder, where it is relative or lies there, or one to read. */
  static Path readable(Plan plan, Path temp, Path file) {
    Path own = temp.resolve(file);
    Path path = Files.exists(own) ? own : plan.definition().folder().resolve(file);
    return inside(path, file, roots(plan, temp));
  }

  /** A file below the temporary folder. */
  static Path writable(Path temp, Path file) {
    return inside(temp.resolve(file), file, List.of(temp));
  }

  private static List<Path> roots(Plan plan, Path temp) {
    return Stream.concat(Stream.of(temp), roots(plan).stream()).toList();
  }

  /** The definition's folder and the workspaces'. */
  static List<Path> roots(Plan plan) {
    return Stream.concat(Stream.of(plan.definition().folder()), plan.workspaces().values().stream())
        .toList();
  }

  private static Path inside(Path path, Path said, List<Path> roots) {
    Path real = real(path.normalize());
    if (roots.stream().noneMatch(root -> real.startsWith(real(root)))) {
      throw new StepFailed(
          "%s leads out of %s"
              .formatted(
                  said,
                  roots.size() == 1 ? "the temporary folder" : "the checkout and workspaces"));
    }
    return real;
  }

  /** Links resolved as far as the path exists. */
  static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }
}
