package gate.evidence;

import gate.evidence.Manifest.Machine;
import gate.evidence.Manifest.Service;
import gate.evidence.Manifest.Told;
import gate.journal.Changes;
import gate.journal.Changes.Item;
import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.report.Amounts;
import gate.report.Markdown;
import gate.report.Tally;
import gate.report.View;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What release notes say of a kept run, in Markdown. */
public final class Notes {
  private static final int MOST = 10;
  private static final int SHORT = 12;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final View view;
  private final RunRecord run;
  private final About about;
  private final StringBuilder text = new StringBuilder();

  private Notes(View view, About about) {
    this.view = view;
    this.run = view.run();
    this.about = about;
  }

  /**
   * What the journal doesn't tell.
   *
   * @param path the kept run's folder as readers of the notes know it
   * @param content the digest of what was tested
   * @param commit the full hash of the tested commit
   * @param signer the name of who signed it
   */
  record About(
      String path,
      String content,
      String commit,
      Optional<Waiver> waiver,
      Optional<String> signer) {}

  /** What changed since the run that was kept as {@code name}. */
  record Since(String name, Changes changes) {}

  /**
   * The paragraph.
   *
   * @param kept a run without a fault
   * @param path its folder as readers of the notes know it
   * @param before the run that was kept before, if there was one
   */
  public static String of(Verified kept, Path path, Optional<Verified> before) {
    Manifest manifest = kept.manifest().orElseThrow();
    RunRecord run = kept.run().orElseThrow();
    About about =
        new About(
            path.toString(),
            manifest.content(),
            manifest.commit(),
            manifest.waived(),
            kept.signature().map(Signers.Signer::name));
    Optional<Since> since =
        before.flatMap(it -> it.run().map(was -> new Since(it.name(), Changes.between(was, run))));
    return render(View.of(kept.entries()), about, since);
  }

  /** The paragraph; what isn't ours in it can't be taken for Markdown or HTML. */
  static String render(View view, About about, Optional<Since> since) {
    Notes notes = new Notes(view, about);
    notes.verdict();
    notes.facts();
    notes.legs();
    since.ifPresent(notes::changes);
    return notes.text.toString();
  }

  private void verdict() {
    boolean selected = !run.started().selected().isEmpty();
    text.append(
        "**%s: %s%s.** %s passed in %s on %s, for content %s of commit %s, %s.\n"
            .formatted(
                Markdown.text(run.started().name()),
                view.verdict().kind(),
                selected ? " (SELECTED)" : "",
                Amounts.of(run.legs().stream().mapToLong(Policy::passed).sum(), "case"),
                Amounts.time(run.millis()),
                WHEN.format(run.at()),
                Markdown.code(shortened(about.content())),
                Markdown.code(shortened(about.commit())),
                about.signer().map(it -> "signed by " + Markdown.text(it)).orElse("unsigned")));
    if (selected) {
      text.append("\n**SELECTED: only some legs ran; it doesn't count for a release.**\n");
    }
    about
        .waiver()
        .ifPresent(it ->
            text.append(
                "\n**Waived by %s until %s: %s**\n"
                    .formatted(
                        Markdown.text(it.by()),
                        Markdown.text(it.until().toString()),
                        Markdown.text(it.reason()))));
    text.append('\n');
    view.verdict().reasons().forEach(it -> point(Markdown.text(it)));
  }

  private void facts() {
    point("Evidence: " + Markdown.code(about.path()));
    point("Content: " + Markdown.code(about.content()));
    point("Commit: " + Markdown.code(about.commit()));
    Told told = Told.of(run);
    String services =
        told.services().stream()
            .map(Notes::service)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    point("Services: " + (services.isEmpty() ? "none" : services));
    String machines =
        told.machines().stream()
            .map(Machine::accelerator)
            .distinct()
            .sorted()
            .map(Markdown::code)
            .collect(Collectors.joining(", "));
    point("Virtual machines: " + (machines.isEmpty() ? "none" : "on " + machines));
    text.append('\n');
  }

  private static String service(Service service) {
    return "%s %s (%s)"
        .formatted(
            Markdown.code(service.service()),
            service.nameless() ? "**version unknown**" : version(service),
            Markdown.text(service.origin()));
  }

  private static String version(Service service) {
    return "version %s, commit %s"
        .formatted(Markdown.code(service.version()), Markdown.code(shortened(service.commit())));
  }

  private void legs() {
    text.append(Markdown.head("leg", "outcome", "cases", "time"));
    for (LegRecord leg : run.legs()) {
      List<CaseFinished> cases =
          leg.steps().stream().flatMap(step -> step.cases().stream()).toList();
      text.append(
          Markdown.row(
              Markdown.code(leg.plan().leg()) + " " + Markdown.text(leg.plan().title()),
              outcome(leg),
              Tally.text(Tally.cases(cases)),
              leg.millis() == 0 ? "" : Amounts.time(leg.millis())));
    }
  }

  private static String outcome(LegRecord leg) {
    return leg.outcome() == Outcome.PASSED
        ? "passed"
        : "**%s** %s"
            .formatted(
                leg.outcome().word(), Markdown.text(leg.reason().lines().findFirst().orElse("")));
  }

  private void changes(Since since) {
    Changes changes = since.changes();
    text.append("\nSince %s:".formatted(Markdown.code(since.name())))
        .append(changes.none() ? " nothing new, gone, slower, newly flaky or fixed.\n" : "\n\n");
    list("new", changes.added().stream().map(Notes::item).toList());
    list("gone", changes.gone().stream().map(Notes::item).toList());
    list(
        "slower",
        changes.slower().stream()
            .map(it ->
                "%s (%s, before %s)"
                    .formatted(item(it.item()), Amounts.time(it.now()), Amounts.time(it.before())))
            .toList());
    list("newly flaky", changes.flaky().stream().map(Notes::item).toList());
    list("fixed", changes.fixed().stream().map(Notes::item).toList());
  }

  private void list(String what, List<String> items) {
    if (!items.isEmpty()) {
      point(
          "%s (%d): %s%s"
              .formatted(
                  what,
                  items.size(),
                  items.stream().limit(MOST).collect(Collectors.joining("; ")),
                  items.size() > MOST ? "; and %d more".formatted(items.size() - MOST) : ""));
    }
  }

  private static String item(Item item) {
    String leg = Markdown.code(item.leg());
    return item.isLeg()
        ? "leg " + leg
        : "%s, %s, %s%s"
            .formatted(
                leg,
                Markdown.text(item.step()),
                Markdown.code((item.group() + " " + item.name()).strip()),
                item.number() == 1 ? "" : " (no. %d)".formatted(item.number()));
  }

  private void point(String line) {
    text.append("- ").append(line).append('\n');
  }

  private static String shortened(String hash) {
    return hash.matches("[0-9a-f]{40,64}") ? hash.substring(0, SHORT) : hash;
  }
}
