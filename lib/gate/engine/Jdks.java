package gate.engine;

import gate.base.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Java installations, by what their {@code release} files say. */
final class Jdks {
  private static final Pattern VERSION =
      Pattern.compile("^JAVA_VERSION=\"?(?:1\\.)?(\\d{1,3})", Pattern.MULTILINE);

  private Jdks() {}

  /** A {@code java} of one of these versions: the user's choice first, then the oldest. */
  static Optional<Path> find(World world, int oldest, int newest) {
    return candidates(world)
        .filter(home -> {
          int version = version(home);
          return oldest <= version && version <= newest;
        })
        .map(home -> home.resolve("bin/java"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Stream<Path> candidates(World world) {
    List<Path> chosen = new ArrayList<>();
    for (String name : List.of("NXF_JAVA_HOME", "JAVA_HOME")) {
      Optional.of(world.env(name))
          .filter(it -> it.startsWith("/"))
          .map(Path::of)
          .ifPresent(chosen::add);
    }
    for (String folder : world.env("PATH").split(":")) {
      if (folder.startsWith("/")) {
        home(Path.of(folder, "java")).ifPresent(chosen::add);
      }
    }
    return Stream.concat(
        chosen.stream(), usual(world).sorted((a, b) -> Integer.compare(version(a), version(b))));
  }

  /** Where they usually are. */
  private static Stream<Path> usual(World world) {
    Path root = world.root();
    Path home = Path.of(world.env("HOME").isEmpty() ? "/" : world.env("HOME"));
    return Stream.of(
            root.resolve("usr/lib/jvm"),
            root.resolve("usr/lib64/jvm"),
            root.resolve("opt/java"),
            home.resolve(".sdkman/candidates/java"),
            home.resolve(".jbang/cache/jdks"),
            home.resolve(".jdks"))
        .flatMap(Jdks::folders);
  }

  private static Stream<Path> folders(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** The installation that a program belongs to. */
  private static Optional<Path> home(Path program) {
    try {
      return Optional.ofNullable(program.toRealPath().getParent()).map(Path::getParent);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** 0 where there is none. */
  private static int version(Path home) {
    try {
      Matcher matcher =
          VERSION.matcher(Files.readString(home.resolve("release"), StandardCharsets.UTF_8));
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
