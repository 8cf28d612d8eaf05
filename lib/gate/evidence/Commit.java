package gate.evidence;

import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Loaded;
import gate.host.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A commit with its own policy.
 *
 * @param hash all of it
 * @param definition its matrix.yaml; the folder that it is said to lie in isn't there
 * @param signers whose signatures count by it
 * @param unbound what its content is without
 * @param content {@link Content#digest()}
 */
record Commit(
    String hash, Definition definition, Signers signers, List<String> unbound, String content) {
  /**
   * Reads one.
   *
   * @param hash all of it
   * @param file matrix.yaml's name
   * @throws EvidenceRefused where it holds none, or one with faults
   */
  static Commit read(Repository repository, String hash, String file) throws IOException {
    String path = repository.prefix() + file;
    byte[] text =
        repository
            .read(hash, path)
            .orElseThrow(() -> new EvidenceRefused("commit %s holds no %s".formatted(hash, path)));
    Definition definition =
        switch (DefinitionLoader.parse(Path.of(path), text)) {
          case Loaded.Ok ok -> ok.definition();
          case Loaded.Failed failed ->
              throw new EvidenceRefused(
                  "%s of commit %s: %s"
                      .formatted(path, hash, failed.diagnostics().getFirst().message()));
        };
    String signers = repository.prefix() + EvidenceFolder.SIGNERS;
    List<String> unbound = Content.unbound(definition.gate().unbound(), repository.prefix(), file);
    return new Commit(
        hash,
        definition,
        Signers.of(repository.read(hash, signers), signers),
        unbound,
        Content.of(repository, hash, unbound).digest());
  }
}
