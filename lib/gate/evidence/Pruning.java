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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kept runs can go from the working tree. */
public final class Pruning {
  private final Repository repository;
  private final Definition definition;
  private final Map<String, String> relied = new HashMap<>();

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
            .orElseThrow(
                () -> new EvidenceRefused(folder + " lies in no git repository that git can read"));
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
      rely("refs/tags/" + tag, "release " + tag);
    }
    rely("HEAD", "HEAD");
    List<Decision> decisions = new ArrayList<>();
    for (Path kept : Kept.all(folder)) {
      decisions.add(new Decision(kept, why(kept, decisions.size() < latest)));
    }
    return List.copyOf(decisions);
  }

  private void rely(String revision, String name) throws IOException {
    Optional<String> hash = repository.commit(revision);
    if (hash.isPresent()) {
      try {
        String file = definition.file().getFileName().toString();
        relied.put(Commit.read(repository, hash.get(), file).content(), name);
      } catch (EvidenceRefused e) {
        // a tag from before there was a gate relies on nothing
      }
    }
  }

  private Optional<String> why(Path kept, boolean latest) {
    if (latest) {
      return Optional.of("it is among the latest");
    }
    try {
      Manifest manifest =
          Manifest.read(
              Files.readAllBytes(kept.resolve(EvidenceFolder.MANIFEST)), EvidenceFolder.MANIFEST);
      if (relied.containsKey(manifest.content())) {
        return Optional.of(relied.get(manifest.content()) + " relies on it");
      }
    } catch (IOException | EvidenceRefused e) {
      return Optional.of("it can't be read");
    }
    return repository.uncommitted(kept).isEmpty()
        ? Optional.empty()
        : Optional.of("it isn't committed as it is");
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
