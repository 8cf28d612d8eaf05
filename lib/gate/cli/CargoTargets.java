package gate.cli;

import gate.base.Reason;
import gate.base.World;
import gate.definition.Definition;
import gate.definition.Service;
import gate.definition.Start;
import gate.dsl.CargoTest;
import gate.host.Programs;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import gate.kernel.HostRunner;
import gate.kernel.cargo.Targets;
import gate.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What cargo tells of the workspaces, each asked when somebody first wants to know. */
final class CargoTargets implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(20);

  private final World world;
  private final HostRunner runner;
  private final Map<Path, Optional<Targets>> asked = new HashMap<>();
  private final List<String> untold = new ArrayList<>();

  CargoTargets(World world) {
    this.world = world;
    this.runner = new HostRunner(world);
  }

  /** Why no run could find these tests, as a sentence. */
  Optional<String> missing(Path workspace, CargoTest test) {
    return of(workspace).flatMap(it -> it.missing(test));
  }

  /** A sentence for each service whose binary no run could build. */
  List<String> missing(Plan plan) {
    Definition definition = plan.definition();
    List<String> missing = new ArrayList<>();
    for (Service service : definition.services().values()) {
      if (service.start().isPresent()) {
        Start start = service.start().get();
        of(plan.workspaces().get(start.workspace()))
            .flatMap(it -> it.missing(start.packageName(), start.bin()))
            .map(why ->
                "%s:%d: service `%s`: %s"
                    .formatted(definition.file(), service.position().line(), service.name(), why))
            .ifPresent(missing::add);
      }
    }
    return missing;
  }

  /** What wasn't looked at and why, a sentence each. */
  List<String> untold() {
    return List.copyOf(untold);
  }

  private Optional<Targets> of(Path workspace) {
    return asked.computeIfAbsent(workspace, this::ask);
  }

  private Optional<Targets> ask(Path workspace) {
    if (Programs.find(world, "cargo").isEmpty()) {
      return untold(workspace, "there is no `cargo` on the PATH");
    }
    Ran ran = runner.run(new Call(Targets.COMMAND, workspace, "", MOST));
    if (!ran.ok()) {
      return untold(workspace, "`cargo metadata` fails: " + complaint(ran));
    }
    try {
      Path lock = workspace.resolve("Cargo.lock");
      return Optional.of(
          new Targets(ran.output(), Files.exists(lock) ? Files.readString(lock) : ""));
    } catch (IOException e) {
      return untold(workspace, "its Cargo.lock can't be read: " + Reason.of(e));
    } catch (IllegalArgumentException e) {
      return untold(workspace, "`cargo metadata` fails: " + e.getMessage());
    }
  }

  /** Cargo says first what is wrong, and then where. */
  private static String complaint(Ran ran) {
    return ran.errors()
        .lines()
        .filter(it -> it.startsWith("error"))
        .findFirst()
        .orElseGet(ran::complaint);
  }

  private Optional<Targets> untold(Path workspace, String why) {
    untold.add("the packages and targets of %s weren't checked: %s".formatted(workspace, why));
    return Optional.empty();
  }

  @Override
  public void close() {
    runner.close();
  }
}
