package gate.evidence;

import gate.base.Shown;
import gate.definition.Leg;
import gate.host.Repository;
import gate.host.Repository.Item;
import gate.journal.Event.InputsRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Whether a run was made with the definition and the scripts of what is to be released. */
final class Origin {
  /** What Cargo, git or the gate would go by, whatever its folder. */
  private static final Pattern DECIDES =
      Pattern.compile(
          "(?:.*/)?(?:[^/]+\\.(?:rs|groovy|java|proto)|Cargo\\.(?:toml|lock)"
              + "|rust-toolchain(?:\\.toml)?|\\.cargo/.+|\\.gitattributes|\\.gitmodules)");

  private static final Pattern LOGS = Pattern.compile("(?:legs|builds|artifacts)/.+");
  private static final Pattern BESIDE = Pattern.compile("\\.git(?:attributes|ignore|keep)|.+\\.md");
  private static final Set<String> FILES =
      Set.of(
          EvidenceFolder.MANIFEST,
          EvidenceFolder.JOURNAL,
          EvidenceFolder.README,
          EvidenceFolder.JUNIT,
          EvidenceFolder.CTRF,
          EvidenceFolder.PAGE,
          EvidenceFolder.DEFINITION,
          EvidenceFolder.SUMS,
          EvidenceFolder.ATTESTATION);

  private final Repository repository;
  private final Commit commit;
  private final Path definition;
  private final Function<Path, Optional<Repository>> elsewhere;

  /**
   * @param definition matrix.yaml in the working tree
   * @param elsewhere the repository that a folder lies in
   */
  Origin(
      Repository repository,
      Commit commit,
      Path definition,
      Function<Path, Optional<Repository>> elsewhere) {
    this.repository = repository;
    this.commit = commit;
    this.definition = definition;
    this.elsewhere = elsewhere;
  }

  /**
   * Looks.
   *
   * @param workspaces where the definition's workspaces lie now
   */
  List<Rule> rules(Verified kept, Map<String, Path> workspaces) throws IOException {
    List<Rule> rules = new ArrayList<>(List.of(definition(kept), unbound()));
    Map<String, String> then =
        kept.run().orElseThrow().inputs().map(InputsRead::workspaces).orElse(Map.of());
    workspaces.forEach((name, folder) -> {
      String place = place(folder);
      if (!then.getOrDefault(name, place).equals(place)) {
        rules.add(
            Rule.failed(
                "workspace " + name,
                "the run tested it in %s of its repository, and it is %s that is asked about"
                    .formatted(Shown.value(shown(then.get(name))), Shown.value(shown(place))),
                "set its variable as for the run, or run again without it"));
      }
    });
    return List.copyOf(rules);
  }

  /** From the top of the repository that it lies in. */
  private String place(Path folder) {
    Path top = repository.top();
    return Files.isDirectory(folder) || !folder.startsWith(top)
        ? elsewhere.apply(folder).map(it -> it.prefix().replaceFirst("/$", "")).orElse("")
        : top.relativize(folder).toString();
  }

  private static String shown(String place) {
    return place.isEmpty() ? "." : place;
  }

  private Rule definition(Verified kept) throws IOException {
    String path = repository.prefix() + definition.getFileName();
    String told = kept.manifest().orElseThrow().definition();
    List<String> others = told.equals(path) ? others(kept, path) : List.of(told);
    return others.isEmpty()
        ? Rule.passed("definition", "%s and its legs are those of the run".formatted(path))
        : Rule.failed(
            "definition",
            told.equals(path)
                ? "the run was made with another %s".formatted(Shown.line(others.getFirst()))
                : "the run was made with %s, and %s decides"
                    .formatted(Shown.value(told), Shown.value(path)),
            "run with the %s of this commit".formatted(path));
  }

  /** The definition, and the legs' scripts, by their digests. */
  private List<String> others(Verified kept, String path) throws IOException {
    Map<String, String> then = new TreeMap<>();
    InputsRead inputs = kept.run().orElseThrow().inputs().orElse(null);
    for (Leg leg : commit.definition().legs()) {
      String script = "%slegs/%s.groovy".formatted(repository.prefix(), leg.script());
      then.put(script, inputs == null ? "" : inputs.scripts().getOrDefault(leg.id(), ""));
    }
    then.put(path, inputs == null ? "" : inputs.definition());
    Map<String, String> now = digests(then.keySet());
    return then.keySet().stream().filter(it -> !then.get(it).equals(now.get(it))).toList();
  }

  private Map<String, String> digests(Set<String> paths) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    List<Item> files =
        repository.items(commit.hash()).stream()
            .filter(item -> item.isFile() && paths.contains(item.path().toString()))
            .toList();
    repository.read(files, (item, in) -> digests.put(item.path().toString(), Digests.of(in)));
    return digests;
  }

  /** What no run is bound to may decide nothing. */
  private Rule unbound() throws IOException {
    String evidence = repository.prefix() + EvidenceFolder.PARENT + "/";
    for (Item item : repository.items(commit.hash())) {
      String path = item.path().toString();
      boolean fits =
          path.startsWith(evidence)
              ? item.isFile() && isEvidence(path.substring(evidence.length()))
              : item.isFile() && !DECIDES.matcher(path).matches();
      if (!fits && commit.unbound().stream().anyMatch(it -> (path + "/").startsWith(it + "/"))) {
        return Rule.failed(
            "unbound",
            path.startsWith(evidence)
                ? "%s is no evidence, and no run is bound to what it holds"
                    .formatted(Shown.value(path))
                : "%s could change what is tested, and no run is bound to what it holds"
                    .formatted(Shown.value(path)),
            path.startsWith(evidence)
                ? "take it out of " + evidence
                : "name what may change more exactly in `unbound` of matrix.yaml, and run again");
      }
    }
    return Rule.passed("unbound", "nothing that is tested or decides");
  }

  private static boolean isEvidence(String path) {
    int end = path.indexOf('/');
    if (end < 0) {
      return BESIDE.matcher(path).matches();
    }
    String name = path.substring(end + 1);
    return EvidenceFolder.isOne(path.substring(0, end))
        && (FILES.contains(name) || LOGS.matcher(name).matches());
  }
}
