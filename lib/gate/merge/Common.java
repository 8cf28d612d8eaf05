package gate.merge;

import gate.journal.Event.HostFact;
import gate.journal.Event.InputsRead;
import gate.journal.Event.RunStarted;
import gate.journal.Event.Source;
import gate.journal.Event.ToggleValue;
import gate.journal.Format;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a merged run says of its start and its inputs: that which its parts share. */
final class Common {
  private static final String UNKNOWN = "unknown";

  private Common() {}

  /** The start, with the facts of every host. */
  static RunStarted started(List<PartRun> parts, Merge.Request request, boolean dry) {
    Optional<RunStarted> first = parts.stream().map(PartRun::started).findFirst();
    return new RunStarted(
        Format.VERSION,
        first.map(RunStarted::gate).orElse(request.gate()),
        request.run(),
        first.map(RunStarted::name).orElse(request.name()),
        request.definition(),
        request.command(),
        first.map(RunStarted::commit).orElse(UNKNOWN),
        first.map(RunStarted::tree).orElse(UNKNOWN),
        parts.stream().anyMatch(it -> it.started().dirty()),
        dry,
        request.strict(),
        parts.stream().mapToInt(it -> it.started().jobs()).sum(),
        first.map(RunStarted::legs).orElse(0),
        parts.stream().flatMap(it -> it.started().selected().stream()).distinct().toList(),
        first.map(Common::toggles).orElse(List.of()),
        facts(parts),
        first.map(RunStarted::flakyAllowed).orElse(false),
        environment(parts),
        dropped(parts));
  }

  /** Each part had a folder of its own. */
  private static List<ToggleValue> toggles(RunStarted run) {
    return run.toggles().stream()
        .map(it -> it.name().equals("LOG_DIR") ? new ToggleValue(it.name(), "", "unset") : it)
        .toList();
  }

  private static List<HostFact> facts(List<PartRun> parts) {
    Set<HostFact> facts = new LinkedHashSet<>();
    parts.forEach(it -> facts.addAll(it.started().facts()));
    return List.copyOf(facts);
  }

  private static Map<String, String> environment(List<PartRun> parts) {
    Map<String, String> shared =
        new TreeMap<>(parts.isEmpty() ? Map.of() : parts.getFirst().started().environment());
    parts.forEach(it -> shared.entrySet().retainAll(it.started().environment().entrySet()));
    return shared;
  }

  private static List<String> dropped(List<PartRun> parts) {
    Set<String> names = new TreeSet<>();
    parts.forEach(it -> names.addAll(it.started().dropped()));
    return List.copyOf(names);
  }

  /** What was tested; empty where no part tells it. */
  static Optional<InputsRead> inputs(List<PartRun> parts, Whole whole) {
    return parts.stream()
        .flatMap(it -> it.run().inputs().stream())
        .findFirst()
        .map(it ->
            new InputsRead(
                it.definition(),
                Whole.scripts(whole.legs()),
                sources(parts, it),
                it.workspaces(),
                settings(parts),
                parts.stream().flatMap(part -> part.run().unbound().stream()).distinct().toList()));
  }

  /** Those of each host's; where two tell of a file differently, one of them. */
  private static Map<String, String> settings(List<PartRun> parts) {
    Map<String, String> settings = new TreeMap<>();
    parts.stream()
        .flatMap(part -> part.run().inputs().stream())
        .forEach(it -> settings.putAll(it.settings()));
    return settings;
  }

  /** Dirty where one of them was. */
  private static List<Source> sources(List<PartRun> parts, InputsRead first) {
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < first.sources().size(); i++) {
      int at = i;
      Source it = first.sources().get(i);
      boolean dirty =
          parts.stream()
              .flatMap(part -> part.run().inputs().stream())
              .anyMatch(read -> read.sources().size() <= at || read.sources().get(at).dirty());
      List<String> differing =
          parts.stream()
              .flatMap(part -> part.run().inputs().stream())
              .filter(read -> read.sources().size() > at)
              .flatMap(read -> read.sources().get(at).differing().stream())
              .distinct()
              .toList();
      sources.add(new Source(it.folder(), it.commit(), it.content(), dirty, differing));
    }
    return sources;
  }
}
