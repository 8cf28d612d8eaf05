package gate.evidence;

import gate.base.Reason;
import gate.base.World;
import gate.definition.Definition;
import gate.host.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kept runs can go from the working tree. */
public final class Pruning {
  private final Repository repository;
  private final Definition definition;
  private final Map<String, String> releases = new LinkedHashMap<>();
  private final Map<List<String>, String> contents = new HashMap<>();

  private Pruning(Repository repository, Definition definition) {
    this.repository = repository;
    this.definition = definition;
  }

  /**
   * What becomes of one.
   *
   * @param why it stays; empty: it can go
   */
  public record Decision(Path folder, Optional<String> why) {}

  /**
   * Decides, the latest first. A run stays that is among the latest, that is for what HEAD holds or
   * a release's tag is on, or that no commit holds as it is.
   *
   * @param latest how many of the latest stay
   * @throws EvidenceRefused where the repository doesn't hold its tags
   */
  public static List<Decision> decide(World world, Definition definition, int latest) {
    Path folder = definition.file().toAbsolutePath().getParent();
    Repository repository =
        Repository.of(world, folder)
            .orElseThrow(() -> new EvidenceRefused(Repository.none(world, folder)));
    if (repository.shallow()) {
      throw new EvidenceRefused(
          "the repository is a shallow clone, so that nobody knows on what its tags rely; `git"
              + " fetch --unshallow --tags` gets all of it");
    }
    try {
      return new Pruning(repository, definition).decide(folder, latest);
    } catch (IOException e) {
      throw new EvidenceRefused("the repository can't be read: " + Reason.of(e));
    }
  }

  private List<Decision> decide(Path folder, int latest) throws IOException {
    for (String tag : repository.allTags(definition.gate().tags())) {
      repository.commit("refs/tags/" + tag).ifPresent(it -> releases.put("release " + tag, it));
    }
    repository.commit("HEAD").ifPresent(it -> releases.put("HEAD", it));
    List<Decision> decisions = new ArrayList<>();
    for (Path kept : Kept.all(folder)) {
      decisions.add(new Decision(kept, why(kept, decisions.size() < latest)));
    }
    return List.copyOf(decisions);
  }

  private Optional<String> why(Path kept, boolean latest) throws IOException {
    if (latest) {
      return Optional.of("it is among the latest");
    }
    Manifest manifest;
    try {
      manifest =
          Manifest.read(
              Files.readAllBytes(kept.resolve(EvidenceFolder.MANIFEST)), EvidenceFolder.MANIFEST);
    } catch (IOException | EvidenceRefused e) {
      return Optional.of("it can't be read");
    }
    for (Map.Entry<String, String> release : releases.entrySet()) {
      if (content(release.getValue(), manifest.unbound()).equals(manifest.content())) {
        return Optional.of(release.getKey() + " relies on it");
      }
    }
    return repository.uncommitted(kept).isEmpty()
        ? Optional.empty()
        : Optional.of("it isn't committed as it is");
  }

  /** By what the evidence says is unbound: the commit's matrix.yaml may be another gate's. */
  private String content(String commit, List<String> unbound) throws IOException {
    List<String> key = new ArrayList<>(unbound);
    key.addFirst(commit);
    String known = contents.get(key);
    if (known == null) {
      known = Content.of(repository, commit, unbound).digest();
      contents.put(key, known);
    }
    return known;
  }

  /** Deletes one from the working tree. */
  public static void delete(Path folder) {
    try {
      Staging.delete(folder);
    } catch (IOException e) {
      throw new EvidenceRefused("%s can't be deleted: %s".formatted(folder, Reason.of(e)));
    }
  }
}
