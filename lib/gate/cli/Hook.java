package gate.cli;

import gate.base.Commands;
import gate.base.Reason;
import gate.base.World;
import gate.host.Repository;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pre-push hook of a repository, which asks the gate about each tag. */
final class Hook {
  private static final String MADE = "made by `matrix gate --install-hook`";
  private static final String BEFORE = ".before-matrix";

  private final World world;
  private final Repository repository;
  private final Optional<Path> definition;

  /**
   * @param definition what {@code -f} named
   */
  Hook(World world, Repository repository, Optional<Path> definition) {
    this.world = world;
    this.repository = repository;
    this.definition = definition.map(world.folder()::resolve).map(Path::normalize);
  }

  /**
   * Puts it in place; one that is there already is kept, and runs first.
   *
   * @return its file
   * @throws Refused where it can't be
   */
  Path install() {
    Path hooks = repository.hooks();
    if (!hooks.startsWith(repository.common()) && !hooks.startsWith(repository.top())) {
      throw new Refused(
          "the hooks of this repository are in %s (core.hooksPath), which others may share; let the pre-push there hand its standard input to `%s`"
              .formatted(hooks, command()));
    }
    Path hook = hooks.resolve("pre-push");
    Path before = hooks.resolve("pre-push" + BEFORE);
    try {
      Files.createDirectories(hooks);
      if (Files.exists(hook, LinkOption.NOFOLLOW_LINKS) && !isOurs(hook)) {
        if (Files.exists(before, LinkOption.NOFOLLOW_LINKS)) {
          throw new Refused(
              "%s is another hook, and %s is there already; take one of them away"
                  .formatted(hook, before));
        }
        Files.move(hook, before);
      }
      Path made = Files.createTempFile(hooks, "pre-push.", "");
      Files.writeString(made, text());
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(made, hook, StandardCopyOption.ATOMIC_MOVE);
      return hook;
    } catch (IOException e) {
      throw new Refused("the hook can't be put into %s: %s".formatted(hooks, Reason.of(e)));
    }
  }

  private static boolean isOurs(Path hook) throws IOException {
    return Files.isRegularFile(hook)
        && new String(Files.readAllBytes(hook), java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains(MADE);
  }

  private String text() {
    return """
    #!/bin/sh
    # Lets no release's tag out that the gate refuses; %s.
    # A convenience: `git push --no-verify` goes round it.
    refs=$(cat)
    if [ -x "$0%s" ]; then
      printf '%%s\\n' "$refs" | "$0%s" "$@" || exit
    fi
    cd "$(git rev-parse --show-toplevel)" || exit
    printf '%%s\\n' "$refs" | %s
    """
        .formatted(MADE, BEFORE, BEFORE, command());
  }

  /** From the working tree's top, so that the checkout may move. */
  private String command() {
    Path home = world.home();
    List<String> words = new ArrayList<>();
    if (Files.exists(home.resolve("jbang"))) {
      words.addAll(List.of(fromTop(home.resolve("jbang")), fromTop(home.resolve("matrix.java"))));
    } else {
      words.addAll(List.of("jbang", fromTop(home.resolve("matrix.java"))));
    }
    words.addAll(List.of("gate", "--pre-push"));
    definition.ifPresent(file -> words.addAll(List.of("-f", fromTop(file))));
    return Commands.line(words);
  }

  private String fromTop(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(repository.top())
        ? "./" + repository.top().relativize(absolute)
        : absolute.toString();
  }
}
