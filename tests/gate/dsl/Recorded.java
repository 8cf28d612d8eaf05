package gate.dsl;

import gate.base.Diagnostic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/** Actions that write down what they were asked for, and scripts that are compiled and run. */
final class Recorded implements Actions {
  static final Declared DECLARED =
      new Declared(
          Set.of("PLASMA_E2E", "SKIP_PLASMA", "RUN_SLOW"),
          Set.of("PLASMA_ACCEL", "DISK"),
          Set.of("chainfire", "fiber-lb", "hello"),
          Set.of("engine"),
          List.of("platform"));

  final List<Object> done = new ArrayList<>();

  static Compiled compile(Path folder, String text) {
    try {
      Path file = folder.resolve("legs/leg.groovy");
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return new LegCompiler(Optional.empty()).compile(List.of(new Script("leg", file, DECLARED)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong, as a person reads it, the folder left out; empty: nothing. */
  static String wrong(Path folder, String text) {
    return switch (compile(folder, text)) {
      case Compiled.Ok _ -> "";
      case Compiled.Failed failed ->
          String.join("\n", failed.diagnostics().stream().map(Diagnostic::render).toList())
              .replace(folder + "/", "");
    };
  }

  List<Step> steps(Path folder, String text) {
    return switch (compile(folder, text)) {
      case Compiled.Ok ok -> ok.legs().get("leg").steps(context());
      case Compiled.Failed _ -> throw new AssertionError(wrong(folder, text));
    };
  }

  Context context() {
    return new Context(
        Map.of(
            "PLASMA_E2E", new Flag("PLASMA_E2E", true),
            "SKIP_PLASMA", new Flag("SKIP_PLASMA", false),
            "RUN_SLOW", new Flag("RUN_SLOW", true)),
        Map.of(
            "PLASMA_ACCEL", new Setting("PLASMA_ACCEL", Optional.of("tcg")),
            "DISK", new Setting("DISK", Optional.empty())),
        Map.of("engine", "redb"),
        this);
  }

  /** Runs the lines as the body of a step; gives what was asked for. */
  static List<Object> body(Path folder, String lines) {
    Recorded recorded = new Recorded();
    recorded.steps(folder, "step('a') {\n" + lines + "\n}\n").getFirst().body().run();
    return recorded.done;
  }

  @Override
  public Result exec(Command command) {
    done.add(command);
    return new Result() {
      @Override
      public int code() {
        return command.expect().getFirst();
      }

      @Override
      public String output() {
        return "output\n";
      }
    };
  }

  @Override
  public void cargoTest(CargoTest test) {
    done.add(test);
  }

  @Override
  public Path qemu() {
    return Path.of("/opt/qemu");
  }

  @Override
  public Path disk() {
    return Path.of("/tmp/disk.qcow2");
  }

  @Override
  public Answer http(Request request) {
    done.add(request);
    return new Answer() {
      @Override
      public int status() {
        return 200;
      }

      @Override
      public String body() {
        return "{}";
      }

      @Override
      public String header(String name) {
        return name;
      }

      @Override
      public Json json() {
        return new Told();
      }
    };
  }

  /** JSON that is whatever is asked for. */
  private record Told() implements Json {
    @Override
    public Json at(String path) {
      return this;
    }

    @Override
    public Json at(int index) {
      return this;
    }

    @Override
    public boolean has(String path) {
      return true;
    }

    @Override
    public String text() {
      return "text";
    }

    @Override
    public long number() {
      return 3;
    }

    @Override
    public double decimal() {
      return 0.5;
    }

    @Override
    public boolean flag() {
      return true;
    }

    @Override
    public List<Json> list() {
      return List.of(this, this);
    }

    @Override
    public int size() {
      return 2;
    }
  }

  @Override
  public void await(String what, Duration within, Duration every, Callable<?> condition) {
    done.add("await %s %s %s".formatted(what, within, every));
    try {
      if (!DefaultTypeTransformation.castToBoolean(condition.call())) {
        throw new StepFailed("not: " + what);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Endpoint service(String name) {
    return new Endpoint() {
      @Override
      public String url() {
        return "http://" + name;
      }

      @Override
      public List<String> urls() {
        return List.of(url(), url() + "-2");
      }

      @Override
      public String version() {
        return "1.0";
      }
    };
  }

  @Override
  public Path tempDir() {
    return Path.of("/tmp/own");
  }

  @Override
  public String read(Path file) {
    done.add("read " + file);
    return "content";
  }

  @Override
  public void write(Path file, String text) {
    done.add("write " + file + " " + text);
  }

  @Override
  public boolean exists(Path file) {
    done.add("exists " + file);
    return true;
  }

  @Override
  public void failed(StepFailed why) {}

  @Override
  public void log(String line) {
    done.add("log " + line);
  }
}
