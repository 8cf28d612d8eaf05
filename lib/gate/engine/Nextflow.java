package gate.engine;

import gate.base.World;
import gate.plan.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nextflow as it lies on this machine.
 *
 * @param java the program that starts it
 * @param jars the folder of its jars
 */
public record Nextflow(Path java, Path jars) {
  /** The one that is fetched and tested. */
  public static final String VERSION = "24.10.0";

  /** Without these it can't write down what came to its end, and says nothing of it. */
  private static final List<String> OPENED =
      List.of(
          "java.io",
          "java.lang",
          "java.net",
          "java.nio",
          "java.nio.file.spi",
          "java.util",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks",
          "java.util.regex",
          "jdk.internal.misc",
          "sun.net.www.protocol.file",
          "sun.net.www.protocol.http",
          "sun.net.www.protocol.https",
          "sun.nio.ch",
          "sun.nio.fs");

  private static final int OLDEST = 17;
  private static final int NEWEST = 23;

  /**
   * Finds it, and a JDK that it starts on.
   *
   * @throws Refused where one of them isn't there
   */
  public static Nextflow find(World world) {
    Path jars = jars(world);
    if (!Files.isDirectory(jars)) {
      throw new Refused(
          "--engine nextflow needs Nextflow %s, which isn't in %s; get it once with `%s nextflow`"
              .formatted(VERSION, jars, world.home().resolve("jbang")));
    }
    Path java =
        Jdks.find(world, OLDEST, NEWEST)
            .orElseThrow(() ->
                new Refused(
                    ("--engine nextflow needs a JDK %d to %d, on which Nextflow %s starts, and none"
                         + " was found in NXF_JAVA_HOME, JAVA_HOME, PATH or where JDKs usually are;"
                         + " get one with `apt-get install openjdk-17-jre-headless`, or name one"
                         + " with NXF_JAVA_HOME")
                        .formatted(OLDEST, NEWEST, VERSION)));
    return new Nextflow(java, jars);
  }

  private static Path jars(World world) {
    Path cache =
        Optional.of(world.env("XDG_CACHE_HOME"))
            .filter(it -> it.startsWith("/"))
            .map(Path::of)
            .orElseGet(
                () -> Path.of(world.env("HOME").isEmpty() ? "/" : world.env("HOME"), ".cache"));
    return cache.resolve("integration-matrix").resolve("nextflow-" + VERSION);
  }

  /** Its command line, without what it is to do. */
  public List<String> command(Path temp) {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    OPENED.forEach(it -> command.add("--add-opens=java.base/%s=ALL-UNNAMED".formatted(it)));
    command.addAll(options(temp));
    return command;
  }

  private List<String> options(Path temp) {
    return List.of(
        "-XX:-UsePerfData",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx1g",
        "-Djava.io.tmpdir=" + temp,
        "-cp",
        jars + "/*",
        "nextflow.cli.Launcher");
  }
}
