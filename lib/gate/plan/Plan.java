package gate.plan;

import gate.definition.Definition;
import gate.definition.Leg;
import gate.dsl.LegFactory;
import gate.host.Fact;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What will run and what won't, and why.
 *
 * @param legs the selected ones; each after all that it needs
 * @param selected what was named on the command line; empty: all legs
 * @param workspaces each workspace's folder, absolute
 * @param facts what was found out about the host
 * @param part where {@code legs} are only a part of the plan, which one; the host was asked for
 *     nothing that others need
 */
public record Plan(
    Definition definition,
    Toggles toggles,
    List<PlannedLeg> legs,
    List<String> selected,
    Map<String, Path> workspaces,
    List<Fact> facts,
    Optional<Part> part) {

  public Plan {
    legs = List.copyOf(legs);
    selected = List.copyOf(selected);
    facts = List.copyOf(facts);
  }

  /** What becomes of a leg. */
  public enum Decision {
    RUN,
    /** A toggle skips it, or one that it needs. */
    SKIP,
    /** It, or one that it needs, isn't approved yet. */
    PLANNED
  }

  /**
   * A leg.
   *
   * @param why what decided, a sentence; empty where it simply runs
   * @param needs those of its needs that are in this plan and run
   * @param steps what its script told of
   * @param script its compiled script
   */
  public record PlannedLeg(
      Leg leg,
      Decision decision,
      String why,
      List<String> needs,
      List<PlannedStep> steps,
      LegFactory script) {
    public PlannedLeg {
      needs = List.copyOf(needs);
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step.
   *
   * @param number from 1
   * @param off what it waits for; empty: it runs
   * @param accelerator what its virtual machines run on; empty: it boots none
   * @param degraded what it has to do without; empty: nothing
   * @param degradedAsked whether a toggle says so
   * @param artifacts the files that it says it writes, as its script names them
   * @param waits the toggles that it waits for, whether they are set or not
   */
  public record PlannedStep(
      int number,
      String name,
      Optional<String> off,
      Optional<String> accelerator,
      Optional<String> degraded,
      boolean degradedAsked,
      List<String> artifacts,
      List<String> waits) {
    public PlannedStep {
      waits = List.copyOf(waits);
      artifacts = List.copyOf(artifacts);
    }
  }

  /** Where an artifact is that a script names. */
  public static Path artifact(Path folder, String name) {
    return folder.resolve(name).toAbsolutePath().normalize();
  }

  /** The legs of the whole plan. */
  public List<PlannedLeg> whole() {
    return part.map(Part::whole).orElse(legs);
  }

  /** QEMU's binary, where the plan needs one. */
  public Optional<Path> qemu() {
    return program("qemu");
  }

  /** The program that makes disks, where the plan needs one. */
  public Optional<Path> qemuImg() {
    return program("qemu-img");
  }

  private Optional<Path> program(String fact) {
    return facts.stream()
        .filter(it -> it.name().equals(fact))
        .findFirst()
        .map(it -> it.details().get("path"))
        .map(Path::of);
  }

  /** The disk that the user gives to virtual machines. */
  public Optional<Path> disk() {
    return toggles.value("PLASMAVMC_QCOW2_PATH").map(Path::of);
  }

  /** Whether a step that runs boots virtual machines. */
  public boolean machines() {
    return legs.stream()
        .filter(leg -> leg.decision() == Decision.RUN)
        .flatMap(leg -> leg.steps().stream())
        .anyMatch(step -> step.off().isEmpty() && step.accelerator().isPresent());
  }

  /** Whether it was asked to print only. */
  public boolean dry() {
    return toggles.on("DRY_RUN");
  }
}
