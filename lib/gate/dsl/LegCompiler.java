package gate.dsl;

import gate.base.Diagnostic;
import gate.base.Names;
import gate.base.Position;
import gate.base.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles leg scripts: all of them before any runs. */
public final class LegCompiler {
  private static final int MOST_BYTES = 1 << 20;
  private static final long STACK = 64L << 20;

  private final Optional<KeptLegs> kept;

  /**
   * @param cache the folder that keeps compiled legs, made when needed; empty: nothing is kept
   */
  public LegCompiler(Optional<Path> cache) {
    this.kept = cache.map(KeptLegs::new);
  }

  /** Compiles them; what is wrong with a script, or that it is missing, is in the answer. */
  public Compiled compile(List<Script> scripts) {
    Map<String, LegFactory> legs = new LinkedHashMap<>();
    List<Diagnostic> wrong = new ArrayList<>();
    for (Script script : scripts) {
      try {
        legs.put(script.leg(), compile(script));
      } catch (Wrong e) {
        wrong.addAll(e.diagnostics);
      }
    }
    return wrong.isEmpty()
        ? new Compiled.Ok(Map.copyOf(legs))
        : new Compiled.Failed(List.copyOf(wrong));
  }

  private static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<Diagnostic> diagnostics;

    Wrong(List<Diagnostic> diagnostics) {
      this.diagnostics = diagnostics;
    }

    Wrong(Path file, String message, String suggestion) {
      this(
          List.of(new Diagnostic(file, Position.WHOLE_FILE, message, Optional.of(suggestion), "")));
    }
  }

  private LegFactory compile(Script script) throws Wrong {
    byte[] bytes = read(script);
    String className = "leg_" + script.leg().replaceAll("[^A-Za-z0-9]", "_");
    Optional<String> key = kept.map(it -> it.key(script, bytes));
    Optional<Map<String, byte[]>> found = kept.flatMap(it -> it.get(key.orElseThrow()));
    Map<String, byte[]> classes = found.orElse(Map.of());
    if (found.isEmpty()) {
      classes = fresh(script, className, text(script.file(), bytes));
      Map<String, byte[]> made = classes;
      kept.ifPresent(it -> it.put(key.orElseThrow(), made));
    }
    return CompiledLeg.of(className, classes, shown(script.file()));
  }

  private static Map<String, byte[]> fresh(Script script, String className, String text)
      throws Wrong {
    Faults faults = new Faults(script.file(), text);
    Map<String, byte[]> classes = new LinkedHashMap<>();
    Throwable[] broken = {null};
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                classes.putAll(
                    Groovy.compile(
                        text,
                        script.file().getFileName().toString(),
                        className,
                        script.declared(),
                        faults));
              } catch (Throwable e) {
                broken[0] = e;
              }
            },
            "compile " + script.leg(),
            STACK);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Wrong(script.file(), "compiling it was interrupted", "try again");
    }
    if (!faults.isEmpty()) {
      throw new Wrong(faults.inOrder());
    }
    if (broken[0] instanceof StackOverflowError) {
      throw new Wrong(script.file(), "it is nested too deeply to be compiled", "simplify it");
    }
    if (broken[0] instanceof OutOfMemoryError noRoom && noThread(noRoom)) {
      throw noRoom;
    }
    if (broken[0] != null || classes.isEmpty()) {
      throw new Wrong(script.file(), "it can't be compiled: " + broken[0], "simplify it");
    }
    return classes;
  }

  /** Whether the machine is full, whatever the script holds. */
  private static boolean noThread(OutOfMemoryError e) {
    return String.valueOf(e.getMessage()).contains("native thread");
  }

  private static byte[] read(Script script) throws Wrong {
    Path file = script.file();
    try {
      if (Files.notExists(file)) {
        throw missing(script);
      }
      Path folder = file.toAbsolutePath().getParent().toRealPath();
      if (!file.toRealPath().startsWith(folder)) {
        throw new Wrong(
            file, "it is a link that leads out of its folder", "put the script itself there");
      }
      if (!Files.isRegularFile(file)) {
        throw new Wrong(file, "it is not a regular file", "put the script itself there");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new Wrong(file, "it has more than 1 MiB", "move what is long into a program");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Wrong(file, "it can't be read: " + Reason.of(e), "check its permissions");
    }
  }

  private static Wrong missing(Script script) {
    Path file = script.file();
    List<String> others = List.of();
    try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
      others =
          files
              .map(it -> it.getFileName().toString())
              .filter(name -> name.endsWith(".groovy"))
              .sorted()
              .toList();
    } catch (IOException e) {
      // no folder, no others
    }
    return new Wrong(
        file,
        "there is no such script for leg `%s`".formatted(script.leg()),
        Names.nearest(file.getFileName().toString(), others)
            .map("there is `%s`; give both one name"::formatted)
            .orElse("write it; docs/writing-legs.md shows how"));
  }

  private static String text(Path file, byte[] bytes) throws Wrong {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Wrong(file, "it isn't UTF-8", "save it as UTF-8");
    }
  }

  private static String shown(Path file) {
    return "legs/" + file.getFileName();
  }
}
