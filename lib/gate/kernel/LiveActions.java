package gate.kernel;

import gate.base.Commands;
import gate.base.Reason;
import gate.dsl.Actions;
import gate.dsl.Answer;
import gate.dsl.CargoTest;
import gate.dsl.Command;
import gate.dsl.Endpoint;
import gate.dsl.Request;
import gate.dsl.Result;
import gate.dsl.StepFailed;
import gate.journal.Event;
import gate.kernel.process.Exit;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.SpawnFailed;
import gate.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/**
 * Does for real what one step says, in the step's own thread. What failed is remembered: a script
 * that catches it doesn't pass.
 */
final class LiveActions implements Actions {
  private final Plan plan;
  private final LegWork work;
  private final int step;
  private final StepLog log;
  private final Map<String, String> env;
  private final Services services;
  private final Http http;
  private final TestRunner tests;
  private final Path temp;
  private final Set<String> reached = new HashSet<>();
  private Optional<StepFailed> failed = Optional.empty();
  private String repeat = "";
  private int done;

  /** How often something was asked for that may come out otherwise the next time. */
  private int asked;

  private int awaiting;
  private String lastAnswer = "";

  /** What failed in this look of an await, also where the script caught it. */
  private Optional<StepFailed> notYet = Optional.empty();

  LiveActions(
      Plan plan,
      LegWork work,
      int step,
      StepLog log,
      Map<String, String> env,
      Services services,
      Http http,
      TestRunner tests,
      Path temp) {
    this.plan = plan;
    this.work = work;
    this.step = step;
    this.log = log;
    this.env = env;
    this.services = services;
    this.http = http;
    this.tests = tests;
    this.temp = temp;
  }

  /** The first action that failed outside an await. */
  Optional<StepFailed> failed() {
    return failed;
  }

  /** The command that repeats the last action, or empty. */
  String repeat() {
    return repeat;
  }

  /** The services whose endpoints the script asked for. */
  Set<String> reached() {
    return reached;
  }

  /** How many actions were done. */
  int done() {
    return done;
  }

  private <T> T act(String text, Supplier<T> action) {
    work.check();
    done++;
    asked++;
    if (awaiting == 0) {
      work.journal.append(new Event.Action(work.leg, work.attempt, step, text));
    }
    try {
      return action.get();
    } catch (GuardianLost e) {
      work.check();
      throw remembered(new Broken(e.getMessage()));
    } catch (StepFailed e) {
      throw remembered(e);
    }
  }

  private StepFailed remembered(StepFailed e) {
    if (awaiting > 0) {
      notYet = Optional.of(e);
    } else if (failed.isEmpty()) {
      failed = Optional.of(e);
    }
    return e;
  }

  @Override
  public void failed(StepFailed why) {
    remembered(why);
  }

  @Override
  public Result exec(Command command) {
    String line = line(command);
    return act(line, () -> run(command, line));
  }

  /** As it is printed, and can be pasted. */
  static String line(Command command) {
    return Commands.line(new TreeMap<>(command.env()), command.argv());
  }

  private Result run(Command command, String line) {
    Path where = Paths.folder(plan, temp, command.folder());
    repeat = "cd %s && %s".formatted(Commands.quote(where.toString()), line);
    log.append("$ " + line);
    long from = Texts.size(log.file());
    Exit exit;
    try {
      exit =
          work.await(
              work.start(
                  step,
                  command.argv(),
                  Environment.with(env, command.env()),
                  where,
                  log.name(),
                  log.file(),
                  log.file()));
    } catch (SpawnFailed e) {
      throw new StepFailed("`%s` can't be started: %s".formatted(line, e.getMessage()));
    }
    if (exit.code().isEmpty() || !command.expect().contains(exit.code().getAsInt())) {
      throw new StepFailed(
          "`%s` ended with %s%s"
              .formatted(
                  line,
                  exit.describe(),
                  command.expect().equals(List.of(0)) ? "" : ", not with " + command.expect()));
    }
    int code = exit.code().getAsInt();
    long to = Texts.size(log.file());
    return new Result() {
      @Override
      public int code() {
        return code;
      }

      @Override
      public String output() {
        return Texts.between(log.file(), from, to);
      }
    };
  }

  @Override
  public void cargoTest(CargoTest test) {
    Path workspace = Paths.workspace(plan, test.workspace());
    String line = TestRunner.line(test, workspace);
    act(
        line,
        () -> {
          repeat = line;
          tests.run(test, workspace, env, work, step, log, tempDir());
          return null;
        });
  }

  @Override
  public Answer http(Request request) {
    return act(
        request.line(),
        () -> {
          Http.Received answer;
          try {
            answer = http.send(request);
          } catch (StepFailed e) {
            lastAnswer = e.getMessage();
            log.append("> " + e.getMessage());
            throw e;
          }
          lastAnswer = answer.toString();
          log.append("> " + answer);
          boolean expected =
              request.expect().isEmpty()
                  ? answer.status() / 100 == 2
                  : request.expect().contains(answer.status());
          if (!expected) {
            throw new StepFailed(
                "%s; expected was %s"
                    .formatted(
                        answer,
                        request.expect().isEmpty() ? "200 to 299" : request.expect().toString()));
          }
          return answer;
        });
  }

  @Override
  public void await(String what, Duration within, Duration every, Callable<?> condition) {
    act(
        "await " + what,
        () -> {
          poll(what, within, every, condition);
          return null;
        });
  }

  private void poll(String what, Duration within, Duration every, Callable<?> condition) {
    long end = System.nanoTime() + within.toNanos();
    Optional<StepFailed> outer = notYet;
    lastAnswer = "";
    while (true) {
      String seen;
      awaiting++;
      notYet = Optional.empty();
      int before = asked;
      try {
        Object answer = condition.call();
        if (notYet.isEmpty() && DefaultTypeTransformation.castToBoolean(answer)) {
          if (asked == before) {
            throw new AsksNothing(what);
          }
          return;
        }
        seen =
            notYet
                .map(StepFailed::getMessage)
                .orElse(lastAnswer.isEmpty() ? "the answer was " + answer : lastAnswer);
      } catch (AsksNothing e) {
        throw e; // nor will it later
      } catch (StepFailed e) {
        seen = e.getMessage();
      } catch (AssertionError e) {
        seen = e.getMessage();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new StepFailed(e.toString());
      } finally {
        awaiting--;
        notYet = outer;
      }
      if (System.nanoTime() + every.toNanos() > end) {
        throw new StepFailed(
            "not within %d ms: %s; last: %s".formatted(within.toMillis(), what, seen));
      }
      sleep(every);
    }
  }

  private void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    }
    work.check();
  }

  @Override
  public Endpoint service(String name) {
    Endpoint service = services.get(name);
    reached.add(name);
    return service;
  }

  @Override
  public Path qemu() {
    return machines("qemu", plan.qemu());
  }

  @Override
  public Path disk() {
    return machines("disk", plan.disk().or(() -> Optional.of(work.folder.disk())));
  }

  private Path machines(String word, Optional<Path> path) {
    if (plan.legs().stream()
        .filter(leg -> leg.leg().id().equals(work.leg))
        .flatMap(leg -> leg.steps().stream())
        .noneMatch(it -> it.number() == step && it.accelerator().isPresent())) {
      throw remembered(
          new StepFailed(
              "`%s.path` is for steps that boot virtual machines: give the step `accelerator: 'kvm'`"
                  .formatted(word)));
    }
    return path.orElseThrow();
  }

  @Override
  public Path tempDir() {
    try {
      return Files.createDirectories(temp);
    } catch (IOException e) {
      throw new Broken("cannot make %s: %s".formatted(temp, Reason.of(e)));
    }
  }

  @Override
  public String read(Path file) {
    return act(
        "read " + file,
        () -> {
          Path path = Paths.readable(plan, temp, file);
          try {
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new StepFailed("cannot read %s: %s".formatted(path, Reason.of(e)));
          }
        });
  }

  @Override
  public void write(Path file, String text) {
    act(
        "write " + file,
        () -> {
          Path path = Paths.writable(tempDir(), file);
          try {
            Files.createDirectories(path.getParent());
            return Files.writeString(path, text);
          } catch (IOException e) {
            throw new StepFailed("cannot write %s: %s".formatted(path, Reason.of(e)));
          }
        });
  }

  @Override
  public boolean exists(Path file) {
    asked++;
    return Files.exists(Paths.readable(plan, temp, file));
  }

  @Override
  public void log(String line) {
    work.check();
    log.append(line);
  }
}
