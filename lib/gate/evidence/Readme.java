package gate.evidence;

import gate.report.Markdown;
import gate.report.SummaryMd;
import gate.report.View;

/** The {@code README.md} of a kept run: what a reader has to know first, and the run's summary. */
final class Readme {
  private Readme() {}

  static String render(Manifest manifest, View view) {
    return head(manifest) + SummaryMd.render(view);
  }

  /** What stands before the summary. */
  static String head(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Evidence for content %s, kept %s%s. `sha256sum -c %s` checks the files,"
            .formatted(
                Markdown.code(manifest.content()),
                Markdown.text(manifest.promoted()),
                manifest.signer() == null
                    ? ", unsigned"
                    : ", signed with key " + Markdown.code(manifest.signer()),
                EvidenceFolder.SUMS));
    text.append(" `matrix evidence verify` all of it.\n");
    manifest
        .waived()
        .ifPresent(it -> text.append("\n**Waived %s**\n".formatted(Markdown.text(it.told()))));
    return text.append('\n').toString();
  }
}
