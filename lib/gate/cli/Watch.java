package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.definition.BuiltIn;
import gate.definition.Definition;
import gate.definition.Leg;
import gate.plan.Plan;
import gate.plan.Plan.PlannedLeg;
import gate.plan.Refused;
import gate.plan.Toggles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs the named legs, and runs them again when what they are made of changes, until somebody
 * presses Ctrl-C. What can't be run is said, and waited on.
 */
final class Watch {
  private static final int INTERRUPTED = 130;
  private static final int PAUSE_MILLIS = 400;
  private static final int MOST_NAMED = 3;

  private final World world;
  private final RunOptions options;
  private Set<Path> duringTheLast = Set.of();
  private List<Path> workspaces = List.of();

  Watch(World world, RunOptions options) {
    this.world = world;
    this.options = options;
  }

  /**
   * Never ends by itself.
   *
   * @throws Refused where it is wrongly used
   */
  int run() {
    refuse();
    try {
      Watched watched = watched();
      Map<Path, String> before = watched.now();
      while (true) {
        once();
        Watched next = watched();
        Map<Path, String> after = watched.now();
        Set<Path> during = watched.changed(before, after);
        watched = next;
        before = watched.now();
        before.replaceAll((file, now) -> after.getOrDefault(file, now)); // nothing between is lost
        boolean again = !during.isEmpty() && !during.equals(duringTheLast);
        duringTheLast = during;
        if (!again) {
          own(during);
          during = until(watched, before);
          before = watched.now();
        }
        say("changed: " + named(during));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return INTERRUPTED;
    }
  }

  /** What a run changes itself would start it again for ever. */
  private void own(Set<Path> during) {
    if (!during.isEmpty()) {
      say("each run changes %s itself; that starts none".formatted(named(during)));
    }
  }

  private void refuse() {
    if (options.legs().isEmpty()) {
      throw new Refused("--watch runs the legs that you name again; name some, or '*' for all");
    }
    if (options.resume().isPresent() || options.lastFailed()) {
      throw new Refused(
          "--watch runs the legs that you name; leave out --resume and --last-failed");
    }
    new Run(world, options).check();
    try {
      Project project = Project.load(world, options.common().file());
      Toggles toggles = project.toggles(options.set());
      if (toggles.value(BuiltIn.LOG_DIR).isPresent()) {
        throw new Refused("--watch makes many runs, each with a folder of its own; unset LOG_DIR");
      }
      Run.words(options, project.definition());
      project.selected(options.legs());
    } catch (Refused e) {
      if (loads()) {
        throw e;
      }
    }
  }

  private boolean loads() {
    try {
      Project.load(world, options.common().file());
      return true;
    } catch (Refused e) {
      return false;
    }
  }

  private void once() throws InterruptedException {
    try {
      new Run(world, options).call();
    } catch (Refused e) {
      e.messages().forEach(world.err()::println);
    }
    world.out().flush();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** What the legs are made of; where that can't be told, all that may be wrong. */
  private Watched watched() {
    Path file = Project.file(world, options.common().file()).toAbsolutePath();
    try {
      Project project = Project.load(world, options.common().file());
      Definition definition = project.definition();
      Plan plan = project.plan(project.toggles(options.set()), options.legs());
      List<Path> files = new ArrayList<>(List.of(file));
      plan.legs().stream()
          .map(PlannedLeg::leg)
          .map(leg -> script(definition, leg))
          .distinct()
          .forEach(files::add);
      workspaces = List.copyOf(plan.workspaces().values());
      return Watched.of(world, files, workspaces);
    } catch (Refused e) {
      List<Path> folders = new ArrayList<>(workspaces);
      folders.add(file.resolveSibling("legs"));
      return Watched.of(world, List.of(file), folders);
    }
  }

  private static Path script(Definition definition, Leg leg) {
    return definition.script(leg).toAbsolutePath();
  }

  /** The files that changed, once nothing has changed for a while. */
  private Set<Path> until(Watched watched, Map<Path, String> before) throws InterruptedException {
    say(
        "watching %d files; they run again when one changes; Ctrl-C ends this"
            .formatted(before.size()));
    Map<Path, String> last = before;
    while (true) {
      long from = System.nanoTime();
      Map<Path, String> now = watched.now();
      long took = (System.nanoTime() - from) / 1_000_000;
      if (now.equals(last)) {
        Set<Path> changed = watched.changed(before, now);
        if (!changed.isEmpty()) {
          return changed;
        }
      }
      last = now;
      Thread.sleep(Math.max(PAUSE_MILLIS, 10 * took));
    }
  }

  private String named(Set<Path> files) {
    Path here = world.folder();
    Set<String> names = new TreeSet<>();
    files.stream()
        .limit(MOST_NAMED)
        .forEach(file ->
            names.add(
                Shown.value((file.startsWith(here) ? here.relativize(file) : file).toString())));
    String more =
        files.size() > MOST_NAMED ? " and %d more".formatted(files.size() - MOST_NAMED) : "";
    return String.join(", ", names) + more;
  }

  private void say(String text) {
    world.err().println(text);
  }
}
