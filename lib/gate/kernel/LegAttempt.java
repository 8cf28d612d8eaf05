package gate.kernel;

import gate.base.Reason;
import gate.dsl.Step;
import gate.dsl.StepFailed;
import gate.journal.Event;
import gate.journal.Event.MachineUsed;
import gate.journal.Event.ServerUsed;
import gate.journal.Outcome;
import gate.kernel.Inspector.FailedStep;
import gate.kernel.process.GuardianLost;
import gate.kernel.process.Survivor;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Plan.PlannedStep;
import gate.plan.Planner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One try of one leg, on a thread of its own, with a guardian of its own. */
final class LegAttempt {
  /** What a leg came to. */
  record End(Outcome outcome, String reason) {}

  private static final long LITTLE = 4096;
  private static final Duration LEAVE = Duration.ofMillis(200);
  private static final Duration DYING = Duration.ofMillis(200);

  private final Plan plan;
  private final PlannedLeg leg;
  private final LegWork work;
  private final Map<String, String> env;
  private final Services services;
  private final Http http;
  private final TestRunner tests;
  private final Artifacts artifacts;
  private final Path temp;
  private final Optional<Inspector> inspector;
  private final Set<String> reached = new HashSet<>();
  private volatile LiveActions current;
  private volatile Running running;

  /** A step that was started and hasn't ended. */
  private record Running(PlannedStep step, LiveActions actions, long from) {}

  LegAttempt(
      Plan plan,
      PlannedLeg leg,
      LegWork work,
      Map<String, String> env,
      Builds builds,
      Http http,
      TestRunner tests,
      Artifacts artifacts,
      Optional<Inspector> inspector) {
    this.plan = plan;
    this.leg = leg;
    this.work = work;
    this.env =
        Environment.with(
            Environment.with(env, Services.variables(plan, leg.leg().services())), leg.leg().env());
    this.http = http;
    this.tests = tests;
    this.artifacts = artifacts;
    this.temp = work.temp;
    this.inspector = inspector;
    this.services = new Services(plan, work, this.env, builds, temp.resolve("services"));
  }

  /**
   * Runs it to its end.
   *
   * @throws Cancelled where it was told to stop; what it started has still to be cleared
   */
  End run() {
    if (leg.steps().isEmpty()) {
      return new End(Outcome.FAILED, "the leg does nothing: its script has no step");
    }
    if (leg.steps().stream().allMatch(step -> step.off().isPresent())) {
      return new End(
          Outcome.OFF,
          leg.steps().stream()
              .map(step -> step.off().get())
              .distinct()
              .collect(Collectors.joining("; ")));
    }
    try {
      services.start(leg.leg().services());
    } catch (StepFailed e) {
      return new End(Outcome.ERRORED, e.getMessage());
    }
    End end = steps();
    if (end.outcome() == Outcome.PASSED || end.outcome() == Outcome.LEAKED) {
      List<String> dead = services.dead();
      if (!dead.isEmpty()) {
        return new End(Outcome.ERRORED, dead.getFirst());
      }
      unreached();
    }
    services.stop();
    return end;
  }

  private End steps() {
    List<Step> steps =
        leg.script()
            .steps(Planner.context(leg.leg(), plan.toggles(), plan.definition(), new Switch()));
    if (!steps.stream()
        .map(Step::name)
        .toList()
        .equals(leg.steps().stream().map(PlannedStep::name).toList())) {
      return new End(
          Outcome.ERRORED, "the script tells of other steps than it did when it was planned");
    }
    List<String> leaks = new ArrayList<>();
    for (PlannedStep planned : leg.steps()) {
      if (planned.off().isPresent()) {
        continue;
      }
      End end = step(planned, steps.get(planned.number() - 1));
      switch (end.outcome()) {
        case PASSED -> {}
        case LEAKED -> leaks.add("step `%s`: %s".formatted(planned.name(), end.reason()));
        default -> {
          return new End(end.outcome(), "step `%s`: %s".formatted(planned.name(), end.reason()));
        }
      }
    }
    return leaks.isEmpty()
        ? new End(Outcome.PASSED, "")
        : new End(Outcome.LEAKED, String.join("\n", leaks));
  }

  private End step(PlannedStep planned, Step step) {
    String title = work.secrets.mask(planned.name());
    String name = work.folder.stepLog(work.leg, work.attempt, planned.number(), title);
    try (StepLog log = StepLog.open(work.folder, name, work.secrets, work.logs)) {
      log.append("# " + work.leg + ": " + planned.name());
      return step(planned, step, log);
    }
  }

  private End step(PlannedStep planned, Step step, StepLog log) {
    work.journal.append(
        new Event.StepStarted(
            work.leg, work.attempt, planned.number(), planned.name(), log.name()));
    long from = work.journal.millis();
    Path own = temp.resolve("step-" + planned.number());
    Map<String, String> stepEnv =
        planned
            .accelerator()
            .map(accelerator -> Environment.with(env, Map.of("PLASMA_ACCEL", accelerator)))
            .orElse(env);
    Path servers = temp.resolve("servers-" + planned.number());
    Path machines = temp.resolve("machines-" + planned.number());
    stepEnv =
        Environment.with(
            stepEnv,
            Map.of(Servers.VARIABLE, servers.toString(), Machines.VARIABLE, machines.toString()));
    current =
        new LiveActions(plan, work, planned.number(), log, stepEnv, services, http, tests, own);
    running = new Running(planned, current, from);
    End end;
    try {
      Artifacts.OfStep written = artifacts.before(planned);
      end = body(step, current);
      inspect(planned, end, log.file(), stepEnv);
      end = swept(planned, end);
      if (end.outcome() == Outcome.PASSED || end.outcome() == Outcome.LEAKED) {
        written.keep(work);
      }
      servers(planned, end, servers);
      machines(planned, end, machines);
      TempFolder.delete(own);
    } catch (Broken e) {
      end = new End(Outcome.ERRORED, e.getMessage());
    } catch (StepFailed e) {
      end = new End(Outcome.FAILED, e.getMessage());
    } catch (IOException e) {
      end =
          new End(
              Outcome.ERRORED,
              "cannot delete the step's temporary folder %s: %s".formatted(own, Reason.of(e)));
    }
    finish(end);
    return end;
  }

  private void inspect(PlannedStep step, End end, Path log, Map<String, String> stepEnv) {
    if (inspector.isEmpty() || end.outcome() == Outcome.PASSED) {
      return;
    }
    Map<String, String> shown = new TreeMap<>(stepEnv);
    shown.put("TMPDIR", work.temp.toString());
    work.deadline.pause();
    try {
      inspector
          .get()
          .inspect(
              new FailedStep(
                  work.leg,
                  step.number(),
                  step.name(),
                  end.reason(),
                  current.repeat(),
                  log,
                  plan.definition().folder(),
                  temp,
                  shown,
                  services.kept()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      work.deadline.resume();
    }
    work.check();
  }

  /** Writes down which servers a step talked to, and whether that shows what was asked for. */
  private void servers(PlannedStep step, End end, Path said) {
    reached.addAll(current.reached());
    List<ServerUsed> used = Servers.read(said);
    if (used.isEmpty()) {
      return;
    }
    work.journal.append(new Event.ServersUsed(work.leg, work.attempt, step.number(), used));
    Map<String, String> named = services.named();
    Set<String> sentences = new LinkedHashSet<>();
    for (ServerUsed server : used) {
      String url = named.get(server.service());
      if (server.origin().equals("named") && url != null && url.equals(server.url())) {
        reached.add(server.service());
      } else if (url != null && end.outcome() == Outcome.PASSED) {
        sentences.add(
            server.origin().equals("own")
                ? "step `%s` started servers of its own for `%s`, and shows nothing of the one at %s"
                    .formatted(step.name(), server.service(), url)
                : "step `%s` talked to `%s` at %s, not at %s"
                    .formatted(step.name(), server.service(), server.url(), url));
      }
    }
    sentences.forEach(why -> unproven(step.number(), why));
  }

  /** Writes down what virtual machines a step had running, and whether on what was planned. */
  private void machines(PlannedStep step, End end, Path said) {
    List<MachineUsed> used = Machines.read(said);
    if (!used.isEmpty()) {
      work.journal.append(new Event.MachinesUsed(work.leg, work.attempt, step.number(), used));
    }
    if (step.accelerator().isEmpty() || end.outcome() != Outcome.PASSED) {
      return;
    }
    String planned = step.accelerator().get();
    if (used.isEmpty() && planned.equals("kvm")) {
      unproven(
          step.number(),
          "step `%s` was to run on KVM, and told of no virtual machine that did (%s)"
              .formatted(step.name(), Machines.VARIABLE));
    }
    used.stream()
        .filter(machine -> !machine.accelerator().equals(planned))
        .findFirst()
        .ifPresent(machine ->
            unproven(
                step.number(),
                "step `%s` was to run on %s, and its virtual machine `%s` ran on %s"
                    .formatted(step.name(), planned, machine.machine(), machine.accelerator())));
  }

  /** A service that the user named, and that nothing of the leg talked to. */
  private void unreached() {
    services
        .named()
        .forEach((name, url) -> {
          if (!reached.contains(name)) {
            unproven(0, "nothing of it talked to `%s` at %s".formatted(name, url));
          }
        });
  }

  private void unproven(int step, String why) {
    work.journal.append(new Event.Unproven(work.leg, work.attempt, step, why));
  }

  /** Writes down the end of a step that was cut off, if one was, after its thread was stopped. */
  void cutOff(End end) {
    if (running != null) {
      finish(end);
    }
  }

  private void finish(End end) {
    Running step = running;
    running = null;
    work.journal.append(
        new Event.StepFinished(
            work.leg,
            work.attempt,
            step.step().number(),
            end.outcome(),
            end.reason(),
            end.outcome() == Outcome.PASSED ? "" : step.actions().repeat(),
            step.step().degraded().orElse(""),
            step.step().degradedAsked(),
            work.journal.millis() - step.from()));
  }

  private End body(Step step, LiveActions actions) {
    Optional<StepFailed> thrown = Optional.empty();
    try {
      step.body().run();
    } catch (StepFailed e) {
      thrown = Optional.of(e);
    } catch (GuardianLost e) {
      work.check();
      thrown = Optional.of(new Broken(e.getMessage()));
    }
    work.check();
    if (thrown.isEmpty() && actions.failed().isPresent()) {
      return failed(
          actions.failed().get(),
          actions.failed().get().located()
              + " (the script caught that; say what is expected with `expect:` instead)");
    }
    if (thrown.isPresent()) {
      return failed(thrown.get(), thrown.get().located());
    }
    if (actions.done() == 0) {
      return new End(Outcome.FAILED, "the step did nothing: it has no action");
    }
    List<String> dead = services.dead();
    return dead.isEmpty() ? new End(Outcome.PASSED, "") : new End(Outcome.ERRORED, dead.getFirst());
  }

  private End failed(StepFailed thrown, String reason) {
    boolean broken =
        thrown instanceof Broken || current.failed().filter(Broken.class::isInstance).isPresent();
    String dead = died();
    return new End(
        broken || !dead.isEmpty() ? Outcome.ERRORED : Outcome.FAILED, reason + dead + full());
  }

  /** A service that breaks off a call may end a moment after it. */
  private String died() {
    long end = System.nanoTime() + DYING.toNanos();
    while (services.dead().isEmpty() && services.started() && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return services.dead().stream().findFirst().map("; "::concat).orElse("");
  }

  /** What a full disk makes fail rarely says so: it couldn't write it down. */
  private String full() {
    return Stream.of(work.folder.path(), temp)
        .filter(folder -> folder.toFile().exists() && folder.toFile().getUsableSpace() < LITTLE)
        .findFirst()
        .map("; no space is left at %s"::formatted)
        .orElse("");
  }

  /** Ends what the step left behind, and tells of it, whatever came of the step. */
  private End swept(PlannedStep step, End end) {
    if (!work.guardian.alive()) {
      return end; // with it went what it had started
    }
    List<Survivor> survivors = work.guardian.sweep(LEAVE);
    return survivors.isEmpty() ? end : work.left(step.number(), "it", survivors, end);
  }

  /** Hands each action to the step that runs. */
  private final class Switch extends Forwarding {
    @Override
    LiveActions to() {
      if (current == null) {
        throw new StepFailed("an action stands outside a step; put it into `step('…') { … }`");
      }
      return current;
    }
  }
}
