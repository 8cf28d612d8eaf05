package gate.kernel;

import gate.base.Commands;
import gate.definition.Start;
import gate.dsl.Actions;
import gate.dsl.Answer;
import gate.dsl.CargoTest;
import gate.dsl.Command;
import gate.dsl.DependsOn;
import gate.dsl.Endpoint;
import gate.dsl.Json;
import gate.dsl.Request;
import gate.dsl.Result;
import gate.dsl.StepFailed;
import gate.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/** Prints what a step would do. */
final class DryActions implements Actions {
  private final Plan plan;
  private final DryWalk.Known known;
  private final Consumer<String> out;
  private int said;
  private boolean cargo;
  private volatile boolean unsure;
  private volatile boolean faked;

  /**
   * @param out takes a command a line
   */
  DryActions(Plan plan, DryWalk.Known known, Consumer<String> out) {
    this.plan = plan;
    this.known = known;
    this.out = out;
  }

  /** Whether cargo was asked for. */
  boolean cargo() {
    return cargo;
  }

  /**
   * Whether the script asked for what a dry run can't know, or says itself that it failed: what
   * goes wrong from then on need not go wrong in a run.
   */
  boolean unsure() {
    return unsure;
  }

  /** Whether the script was told of something that a run has otherwise. */
  boolean faked() {
    return faked;
  }

  private void say(String line) {
    said++;
    out.accept(line);
  }

  private DependsOn unknown(String what) {
    unsure = true;
    return new DependsOn(what);
  }

  @Override
  public Result exec(Command command) {
    String line = LiveActions.line(command);
    String where =
        command.folder().map(it -> "cd " + Commands.quote(it.toString()) + " && ").orElse("");
    say(where + line);
    return new Result() {
      @Override
      public int code() {
        if (command.expect().size() == 1) {
          return command.expect().getFirst();
        }
        throw unknown("the exit code of `%s`".formatted(line));
      }

      @Override
      public String output() {
        throw unknown("the output of `%s`".formatted(line));
      }
    };
  }

  @Override
  public void cargoTest(CargoTest test) {
    cargo = true;
    Path workspace = Paths.workspace(plan, test.workspace());
    say(TestRunner.line(test, workspace));
    known
        .missing(workspace, test)
        .ifPresent(why -> {
          throw new Unrunnable(why);
        });
  }

  @Override
  public Answer http(Request request) {
    say("# " + request.line());
    String what = "the answer of `%s`".formatted(request.line());
    return new Answer() {
      @Override
      public int status() {
        throw unknown(what);
      }

      @Override
      public String body() {
        throw unknown(what);
      }

      @Override
      public String header(String name) {
        throw unknown(what);
      }

      @Override
      public Json json() {
        throw unknown(what);
      }

      @Override
      public String toString() {
        throw unknown(what);
      }
    };
  }

  @Override
  public void await(String what, Duration within, Duration every, Callable<?> condition) {
    say(
        "await %s (at most %s)"
            .formatted(what, within.toString().substring(2).toLowerCase(Locale.ROOT)));
    int before = said;
    try {
      boolean holds = DefaultTypeTransformation.castToBoolean(condition.call());
      if (holds && said == before) {
        throw new AsksNothing(what);
      }
    } catch (DependsOn e) {
      // as an await does
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Endpoint service(String name) {
    String url = plan.toggles().endpoints().getOrDefault(name, "http://" + name);
    faked |= !plan.toggles().endpoints().containsKey(name);
    int replicas =
        plan.toggles().endpoints().containsKey(name)
            ? 1
            : plan.definition().services().get(name).start().map(Start::replicas).orElse(1);
    return new Endpoint() {
      @Override
      public String url() {
        return url;
      }

      @Override
      public List<String> urls() {
        return Collections.nCopies(replicas, url);
      }

      @Override
      public String version() {
        throw unknown("the version of `%s`".formatted(name));
      }
    };
  }

  @Override
  public Path qemu() {
    return plan.qemu().orElse(Path.of("qemu-system-x86_64"));
  }

  @Override
  public Path disk() {
    return plan.disk().orElse(Path.of("LOG_DIR").resolve(RunFolder.DISK));
  }

  @Override
  public Path tempDir() {
    faked = true;
    return Path.of("/tmp/matrix");
  }

  @Override
  public String read(Path file) {
    throw unknown("the content of " + file);
  }

  @Override
  public void write(Path file, String text) {
    say("# write " + file);
  }

  @Override
  public boolean exists(Path file) {
    throw unknown("whether there is " + file);
  }

  @Override
  public void failed(StepFailed why) {
    unsure = true;
  }

  @Override
  public void log(String line) {}
}
