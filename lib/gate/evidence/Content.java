package gate.evidence;

import gate.host.Repository;
import gate.host.Repository.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * What is tested and released, by content.
 *
 * @param commit the full hash of the commit that holds it
 * @param digest SHA-256, in lower-case hexadecimals, of the lines of {@code git ls-tree -r -z
 *     --full-tree COMMIT} without those of the unbound paths
 */
record Content(String commit, String digest) {
  /**
   * That of a commit.
   *
   * @param unbound files and folders that don't belong to it, from the repository's top
   * @throws IOException where git can't read it
   */
  static Content of(Repository repository, String commit, List<String> unbound) throws IOException {
    return of(commit, repository.items(commit), unbound);
  }

  /** The same of all that the commit holds. */
  static Content of(String commit, List<Item> items, List<String> unbound) {
    MessageDigest digest = Digests.sha256();
    for (Item item : items) {
      String path = item.path().toString() + "/";
      if (unbound.stream().noneMatch(it -> path.startsWith(it + "/"))) {
        digest.update(item.line());
      }
    }
    return new Content(commit, Digests.hex(digest));
  }

  /**
   * What may change between the run and the release: what the policy says, and the evidence.
   *
   * @param policy the policy's {@code unbound}
   * @param prefix where the definition's folder lies in the repository
   * @param file the definition's name
   * @throws EvidenceRefused where that covers what decides
   */
  static List<String> unbound(List<String> policy, String prefix, String file) {
    List<String> unbound = new ArrayList<>(policy);
    unbound.add(prefix + EvidenceFolder.PARENT);
    for (String bound : List.of(EvidenceFolder.SIGNERS, file, "legs")) {
      Path path = Path.of(prefix + bound);
      unbound.stream()
          .filter(it -> path.startsWith(Path.of(it)) || Path.of(it).startsWith(path))
          .findFirst()
          .ifPresent(it -> {
            throw new EvidenceRefused(
                "`unbound` in %s covers what decides, %s, by `%s`; name what may change more exactly"
                    .formatted(file, path, it));
          });
    }
    return unbound.stream().distinct().sorted().toList();
  }
}
