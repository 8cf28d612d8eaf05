package gate.evidence;

import gate.journal.Event.MachineUsed;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.report.Amounts;
import gate.report.Markdown;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What release notes say of a kept run, in Markdown. */
public final class Notes {
  private static final int MOST = 10;

  private final Manifest manifest;
  private final RunRecord run;
  private final Verified kept;
  private final StringBuilder text = new StringBuilder();

  private Notes(Verified kept) {
    this.kept = kept;
    this.manifest = kept.manifest().orElseThrow();
    this.run = kept.run().orElseThrow();
  }

  /**
   * The paragraph.
   *
   * @param kept a run without a fault
   * @param path its folder as readers of the notes know it
   * @param before the run that was kept before, if there was one
   */
  public static String of(Verified kept, Path path, Optional<Verified> before) {
    return new Notes(kept).render(path, before);
  }

  private String render(Path path, Optional<Verified> before) {
    long cases = run.legs().stream().mapToLong(Policy::passed).sum();
    text.append(
        "**Integration matrix: %s.** %s passed in %s on %s. Evidence: %s, for content %s (commit %s), %s.\n\n"
            .formatted(
                manifest.verdict(),
                Amounts.of(cases, "case"),
                Amounts.time(run.millis()),
                manifest.promoted().substring(0, 10),
                Markdown.code(path.toString()),
                Markdown.code(manifest.content()),
                Markdown.code(manifest.commit()),
                kept.signature()
                    .map(signer -> "signed by " + Markdown.text(signer.name()))
                    .orElse("unsigned")));
    manifest
        .waived()
        .ifPresent(it ->
            text.append(
                "**Waived by %s until %s: %s**\n\n"
                    .formatted(
                        Markdown.text(it.by()),
                        Markdown.text(it.until().toString()),
                        Markdown.text(it.reason()))));
    text.append(Markdown.head("leg", "outcome", "cases", "time"));
    for (LegRecord leg : run.legs()) {
      text.append(
          Markdown.row(
              Markdown.code(leg.plan().leg()) + " " + Markdown.text(leg.plan().title()),
              leg.outcome() == Outcome.PASSED
                  ? "passed"
                  : "**" + leg.outcome().word() + "** " + Markdown.text(leg.reason()),
              Long.toString(Policy.passed(leg)),
              leg.millis() == 0 ? "" : Amounts.time(leg.millis())));
    }
    text.append('\n');
    machines();
    before.ifPresent(this::changes);
    return text.toString();
  }

  private void machines() {
    String on =
        run.legs().stream()
            .flatMap(leg -> leg.steps().stream())
            .flatMap(step -> step.machines().stream())
            .map(MachineUsed::accelerator)
            .distinct()
            .sorted()
            .map(Markdown::text)
            .collect(Collectors.joining(", "));
    if (!on.isEmpty()) {
      text.append("Virtual machines ran on ").append(on).append(".\n\n");
    }
  }

  private void changes(Verified before) {
    if (before.run().isEmpty()) {
      return;
    }
    Changes changes = Changes.between(before.run().get(), run);
    text.append(
        "Since %s: %s\n"
            .formatted(
                Markdown.code(before.name()),
                changes.none() ? "the same cases." : "cases that are"));
    list("new", changes.added());
    list("gone", changes.gone());
    list(
        "slower",
        changes.slower().stream()
            .map(it ->
                "%s (%s, before %s)"
                    .formatted(it.name(), Amounts.time(it.now()), Amounts.time(it.before())))
            .toList());
    list("newly flaky", changes.flaky());
  }

  private void list(String what, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    text.append("\n- %s (%d): ".formatted(what, names.size()));
    text.append(names.stream().limit(MOST).map(Markdown::text).collect(Collectors.joining("; ")));
    text.append(names.size() > MOST ? "; and %d more".formatted(names.size() - MOST) : "");
    text.append('\n');
  }
}
