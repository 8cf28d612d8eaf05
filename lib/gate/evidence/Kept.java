package gate.evidence;

import gate.base.Reason;
import gate.base.Shown;
import gate.base.World;
import gate.host.Repository;
import gate.host.Repository.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The kept runs of a working tree. */
public final class Kept {
  private Kept() {}

  /** Their folders, the latest first. */
  public static List<Path> all(Path definitionFolder) {
    Path parent = definitionFolder.resolve(EvidenceFolder.PARENT);
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(parent)) {
      return folders
          .filter(it -> EvidenceFolder.isOne(it.getFileName().toString()))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    } catch (IOException e) {
      throw new EvidenceRefused("%s can't be read: %s".formatted(parent, Reason.of(e)));
    }
  }

  /**
   * The folder of one; empty where there is none.
   *
   * @param named a run's name, or the folder
   */
  public static Optional<Path> find(Path definitionFolder, Path here, String named) {
    Path parent = definitionFolder.resolve(EvidenceFolder.PARENT);
    for (Path folder :
        List.of(
            here.resolve(named),
            parent.resolve(EvidenceFolder.name(named)),
            parent.resolve(named))) {
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && EvidenceFolder.isOne(folder.normalize().getFileName().toString())) {
        return Optional.of(folder.normalize());
      }
    }
    return Optional.empty();
  }

  /** What one says of itself, unchecked. */
  public static String told(Path folder) {
    try {
      byte[] text = Files.readAllBytes(folder.resolve(EvidenceFolder.MANIFEST));
      Manifest manifest = Manifest.read(text, EvidenceFolder.MANIFEST);
      return "%s, content %.12s, commit %.12s, kept %s%s%s"
          .formatted(
              manifest.verdict(),
              manifest.content(),
              manifest.commit(),
              manifest.promoted(),
              manifest.signer() == null ? ", unsigned" : ", signed",
              manifest
                  .waived()
                  .map(it -> ", waived by %s until %s".formatted(it.by(), it.until()))
                  .orElse(""));
    } catch (IOException e) {
      return "unreadable: " + Reason.of(e);
    } catch (EvidenceRefused e) {
      return "unreadable: " + e.getMessage();
    }
  }

  /**
   * Looks through one: its files, and, where git has the tested commit, whether that holds what it
   * says.
   *
   * @param signers the file of those whose signatures count; it may be missing
   * @param gate this gate's version
   */
  public static Verified verify(World world, Path folder, Path signers, String gate) {
    try {
      Optional<byte[]> keys =
          Files.exists(signers) ? Optional.of(Files.readAllBytes(signers)) : Optional.empty();
      Verified kept = Verification.of(folder, Signers.of(keys, signers.toString()), gate);
      List<String> faults = new ArrayList<>(kept.faults());
      Optional<Repository> repository = Repository.of(world, folder);
      if (repository.isPresent() && kept.manifest().isPresent() && kept.definition().isPresent()) {
        faults.addAll(content(repository.get(), folder, kept.manifest().get()));
      }
      return kept.with(faults);
    } catch (IOException e) {
      throw new EvidenceRefused("%s can't be read: %s".formatted(signers, Reason.of(e)));
    }
  }

  /** Where git has the tested commit: its content, and its definition. */
  private static List<String> content(Repository repository, Path folder, Manifest manifest)
      throws IOException {
    if (repository.commit(manifest.commit()).isEmpty()) {
      return List.of();
    }
    List<String> faults = new ArrayList<>();
    List<Item> items = repository.items(manifest.commit());
    String content = Content.of(manifest.commit(), items, manifest.unbound()).digest();
    if (!content.equals(manifest.content())) {
      faults.add(
          "commit %s holds content %s, not %s"
              .formatted(manifest.commit(), content, manifest.content()));
    }
    byte[] definition = Files.readAllBytes(folder.resolve(EvidenceFolder.DEFINITION));
    if (items.stream()
        .filter(item -> item.path().toString().equals(manifest.definition()))
        .noneMatch(item -> item.holds(definition))) {
      faults.add(
          "%s isn't the %s of commit %s"
              .formatted(
                  EvidenceFolder.DEFINITION,
                  Shown.value(manifest.definition()),
                  manifest.commit()));
    }
    return faults;
  }
}
