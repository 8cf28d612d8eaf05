package gate.evidence;

import gate.definition.Definition;
import gate.journal.Entry;
import gate.journal.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A kept run, as read back.
 *
 * @param folder where it was read
 * @param manifest empty where it can't be read
 * @param entries of its journal; none where it can't be read
 * @param run what the journal tells
 * @param definition the matrix.yaml that it was made with
 * @param signature who signed it
 * @param faults what is wrong with it, a sentence each
 */
public record Verified(
    Path folder,
    Optional<Manifest> manifest,
    List<Entry> entries,
    Optional<RunRecord> run,
    Optional<Definition> definition,
    Optional<Signers.Signer> signature,
    List<String> faults) {
  public Verified {
    faults = List.copyOf(faults);
  }

  /** The folder's name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** What it says of itself: verdict, content, signature, waiver. */
  public String told() {
    return manifest
        .map(it ->
            "%s, content %.12s, commit %.12s, %s%s"
                .formatted(
                    it.verdict(),
                    it.content(),
                    it.commit(),
                    signature.map(signer -> "signed by " + signer.name()).orElse("unsigned"),
                    it.waived()
                        .map(waiver ->
                            ", waived by %s until %s".formatted(waiver.by(), waiver.until()))
                        .orElse("")))
        .orElse("unreadable");
  }

  /** The same with these faults. */
  Verified with(List<String> others) {
    return new Verified(folder, manifest, entries, run, definition, signature, others);
  }
}
