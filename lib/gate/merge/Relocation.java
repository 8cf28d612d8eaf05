package gate.merge;

import gate.base.FileNames;
import gate.base.Shown;
import gate.journal.Event;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where the files of a part lie in the merged folder: its legs' where they were, and those of its
 * builds with the part's name before their own, for each host builds for itself.
 */
final class Relocation {
  static final String BUILDS = "builds/";

  private final PartRun part;
  private final Set<String> legs;
  private final Consumer<String> problems;

  /**
   * @param legs those of its legs whose files are taken
   * @param problems hears of files that aren't the part's own
   */
  Relocation(PartRun part, Set<String> legs, Consumer<String> problems) {
    this.part = part;
    this.legs = legs;
    this.problems = problems;
  }

  /** The event with the files' new places; ids of processes tell the part, too. */
  Event moved(Event event) {
    return switch (event) {
      case Event.StepStarted it ->
          new Event.StepStarted(
              it.leg(), it.attempt(), it.step(), it.name(), file(it.leg(), it.log()));
      case Event.ProcessStarting it ->
          new Event.ProcessStarting(
              id(it.id()),
              it.leg(),
              it.attempt(),
              it.step(),
              it.argv(),
              it.folder(),
              file(it.leg(), it.log()));
      case Event.ProcessStarted it -> new Event.ProcessStarted(id(it.id()), it.pid());
      case Event.ProcessEnded it ->
          new Event.ProcessEnded(id(it.id()), it.how(), it.ok(), it.millis());
      case Event.BuildFinished it ->
          new Event.BuildFinished(
              id(it.id()), it.command(), it.ok(), file("", it.log()), it.millis());
      case Event.ServiceReady it ->
          new Event.ServiceReady(
              it.leg(),
              it.attempt(),
              it.service(),
              it.origin(),
              it.endpoints(),
              it.version(),
              it.commit(),
              file(it.leg(), it.log()));
      case Event.ArtifactKept it ->
          new Event.ArtifactKept(
              it.leg(),
              it.attempt(),
              it.step(),
              it.artifact(),
              it.path(),
              it.size(),
              it.sha256(),
              file(it.leg(), it.copy()));
      default -> event;
    };
  }

  private String id(String id) {
    return part.part().index() + "/" + id;
  }

  private String file(String leg, String file) {
    if (file.isEmpty()) {
      return "";
    }
    if (FileNames.plain(file)) {
      String folder = FileNames.ofLeg(leg);
      if (legs.contains(leg)
          && (file.startsWith("legs/" + folder + "/")
              || file.startsWith("artifacts/" + folder + "/"))) {
        return file;
      }
      if (file.startsWith(BUILDS)) {
        return build(file.substring(BUILDS.length()));
      }
    }
    problems.accept(
        "%s: its journal names the file %s, which isn't its own"
            .formatted(part.where(), Shown.value(file)));
    return "";
  }

  /** The place of a build's log. */
  String build(String name) {
    return BUILDS + part.label().replaceAll("[ /]", "-") + "-" + name;
  }
}
