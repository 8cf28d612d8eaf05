package gate.evidence;

import gate.base.Reason;
import gate.base.Secrets;
import gate.base.Shown;
import gate.base.Tokens;
import gate.base.World;
import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.GatePolicy;
import gate.definition.Leg;
import gate.definition.Loaded;
import gate.evidence.Manifest.Elsewhere;
import gate.evidence.Manifest.Log;
import gate.evidence.Manifest.Told;
import gate.evidence.Manifest.WaiverText;
import gate.host.Repository;
import gate.journal.Entry;
import gate.journal.Event.InputsRead;
import gate.journal.Event.Source;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.Verdict;
import gate.report.Projections;
import gate.report.Since;
import gate.report.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps a run in the repository: all of it or nothing, and only one that counts. */
public final class Promotion {
  private static final long PACKED = 64 << 10;

  private final World world;
  private final Request request;
  private final Progress progress;
  private final List<String> refusals = new ArrayList<>();

  private Promotion(World world, Request request, Progress progress) {
    this.world = world;
    this.request = request;
    this.progress = progress;
  }

  /**
   * What to keep, and how.
   *
   * @param run the run's folder
   * @param definition matrix.yaml in the working tree
   * @param gate this gate's version
   * @param secrets the values that may stand nowhere in it
   * @param waiver for a run that shows less than it should
   * @param key what it is signed with
   * @param since what differs from the last green run
   */
  public record Request(
      Path run,
      Path definition,
      String gate,
      Secrets secrets,
      Optional<Waiver> waiver,
      Optional<SigningKey> key,
      Optional<Since> since) {}

  /** Hears how far it is. */
  public interface Progress {
    /**
     * @param done bytes of logs that have been read
     * @param all bytes that there are
     */
    void at(long done, long all);
  }

  /**
   * Keeps it.
   *
   * @return the folder in docs/evidence
   * @throws EvidenceRefused with all reasons why not; then nothing has changed
   */
  public static Path promote(World world, Request request, Progress progress) {
    return new Promotion(world, request, progress).promote();
  }

  private Path promote() {
    Path folder = request.definition().toAbsolutePath().getParent();
    Repository repository =
        Repository.of(world, folder)
            .orElseThrow(() -> new EvidenceRefused(Repository.none(world, folder)));
    try (Staging staging = Staging.open(folder)) {
      Path journal = staging.folder().resolve(EvidenceFolder.JOURNAL);
      Files.copy(request.run().resolve(EvidenceFolder.JOURNAL), journal);
      List<Entry> entries = entries(journal);
      RunRecord run = RunRecord.of(entries);
      Path target =
          folder.resolve(EvidenceFolder.PARENT).resolve(EvidenceFolder.name(run.started().run()));
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new EvidenceRefused(
            "run %s is kept already, in %s".formatted(run.started().run(), target));
      }
      verdict(run);
      refuse();
      reports(entries);
      Definition definition = definition(repository, run, staging.folder());
      List<String> unbound =
          Content.unbound(definition.gate().unbound(), repository.prefix(), file());
      Content content = Content.of(repository, run.started().commit(), unbound);
      List<Elsewhere> elsewhere = elsewhere(repository, run);
      List<Log> logs = logs(run, staging.folder(), definition.gate());
      refuse();
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT,
              request.gate(),
              run.started().run(),
              world.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
              Judge.replayed(run).kind().name(),
              content.commit(),
              content.digest(),
              unbound,
              repository.prefix() + file(),
              elsewhere,
              request
                  .waiver()
                  .map(it -> new WaiverText(it.reason(), it.until().toString(), it.by()))
                  .orElse(null),
              request.key().map(SigningKey::keyId).orElse(null),
              logs,
              Told.of(run));
      write(manifest, entries, staging.folder());
      sweep(staging.folder());
      refuse();
      Sums.write(staging.folder());
      if (request.key().isPresent()) {
        Attestation.write(staging.folder(), manifest, run, request.key().get());
      }
      asItIs(target.getParent());
      staging.moveTo(target);
      return target;
    } catch (IOException e) {
      throw new EvidenceRefused("nothing was kept: " + what(e));
    }
  }

  private static String what(IOException e) {
    String file =
        e instanceof java.nio.file.FileSystemException it && it.getFile() != null
            ? it.getFile() + ": "
            : "";
    return file + Reason.of(e);
  }

  private static List<Entry> entries(Path journal) {
    try {
      List<Entry> entries = JournalReader.read(journal);
      RunRecord.of(entries);
      return entries;
    } catch (JournalFailed | IllegalArgumentException e) {
      throw new EvidenceRefused(e.getMessage());
    }
  }

  private String file() {
    return request.definition().getFileName().toString();
  }

  private void refuse() {
    if (!refusals.isEmpty()) {
      throw new EvidenceRefused(refusals);
    }
  }

  private void verdict(RunRecord run) {
    Verdict verdict = Judge.replayed(run);
    List<String> missing = Judge.missing(run);
    switch (verdict.kind()) {
      case GREEN, PARTIAL -> {}
      case RED, INTERRUPTED, DRY ->
          refusals.add(
              "the run is %s%s; only a GREEN run is kept, or a PARTIAL one with a waiver"
                  .formatted(
                      verdict.kind(),
                      verdict.reasons().isEmpty() ? "" : ": " + verdict.reasons().getFirst()));
    }
    if (!run.started().selected().isEmpty()) {
      refusals.add(
          "the run is SELECTED: only %s ran; run all legs"
              .formatted(String.join(", ", run.started().selected())));
    }
    run.part()
        .ifPresent(part ->
            refusals.add(
                "the run is %s: a part of a run; join all %d with `matrix merge DIR…`, and keep what comes of it"
                    .formatted(part.label(), part.count())));
    if (run.started().dirty()) {
      refusals.add(
          "the run was made on a dirty tree: files differed from commit %s%s; commit or stash them,"
                  .formatted(run.started().commit(), differing(run))
              + " and run again");
    }
    if (!run.isOfOneCommit()) {
      refusals.add(
          "commit %s was left for another one while the run began; run again"
              .formatted(run.started().commit()));
    }
    run.unbound()
        .forEach(it ->
            refusals.add(
                "%s; commit it to the repository or do without it, and run again"
                    .formatted(Shown.line(it))));
    if (verdict.kind() == Verdict.Kind.PARTIAL && !missing.isEmpty()) {
      needsWaiver("the run is PARTIAL: " + missing.getFirst());
    }
    Told.of(run).services().stream()
        .filter(Manifest.Service::nameless)
        .findFirst()
        .ifPresent(it ->
            needsWaiver(
                "%s at %s tells neither version nor commit, so that nobody knows what was tested"
                    .formatted(it.service(), String.join(" ", it.urls()))));
    request.waiver().flatMap(it -> it.fault(world.clock().instant())).ifPresent(refusals::add);
  }

  private static String differing(RunRecord run) {
    return run.inputs().flatMap(InputsRead::first).map(it -> Shown.line(it.named())).orElse("");
  }

  /** What the run itself reported, its journal has to say, too. */
  private void reports(List<Entry> entries) throws IOException {
    ReportsCheck.faults(request.run(), View.of(entries)).stream()
        .map(it ->
            "%s: %s; one of the two was changed after the run: run again"
                .formatted(request.run(), it))
        .forEach(refusals::add);
  }

  private void needsWaiver(String why) {
    if (request.waiver().isEmpty()) {
      refusals.add(
          why
              + "; mend that, or keep the run with"
              + " `--waive \"why it counts all the same\" --until YYYY-MM-DD --by NAME`");
    }
  }

  /** That of the tested commit, which the run has to have been made with. */
  private Definition definition(Repository repository, RunRecord run, Path staging)
      throws IOException {
    String commit = run.started().commit();
    String path = repository.prefix() + request.definition().getFileName();
    if (repository.commit(commit).isEmpty()) {
      throw new EvidenceRefused(
          "commit %s, on which the run was made, isn't in this repository".formatted(commit));
    }
    InputsRead inputs =
        run.inputs()
            .orElseThrow(() ->
                new EvidenceRefused(
                    "the journal doesn't tell what was tested: run again with this gate"));
    byte[] text =
        repository
            .read(commit, path)
            .orElseThrow(
                () -> new EvidenceRefused("commit %s holds no %s".formatted(commit, path)));
    if (!Digests.of(text).equals(inputs.definition())) {
      refusals.add("the run's %s isn't that of commit %s".formatted(path, commit));
    }
    Path copy = Files.write(staging.resolve(EvidenceFolder.DEFINITION), text);
    Definition definition =
        switch (DefinitionLoader.load(copy)) {
          case Loaded.Ok ok -> ok.definition();
          case Loaded.Failed failed ->
              throw new EvidenceRefused(failed.diagnostics().getFirst().render());
        };
    for (Leg leg : definition.legs()) {
      String script = "%slegs/%s.groovy".formatted(repository.prefix(), leg.script());
      String now = repository.read(commit, script).map(Digests::of).orElse("");
      String then = inputs.scripts().get(leg.id());
      if (then != null && !then.equals(now)) {
        refusals.add("the run's %s isn't that of commit %s".formatted(script, commit));
      }
    }
    return definition;
  }

  private List<Elsewhere> elsewhere(Repository repository, RunRecord run) throws IOException {
    List<Elsewhere> elsewhere = new ArrayList<>();
    List<Source> sources = run.inputs().orElseThrow().sources();
    for (Source source : sources) {
      Path folder = Path.of(source.folder());
      if (source.content().equals("unknown")) {
        refusals.add(
            "git doesn't know what was tested in %s: put it under version control"
                .formatted(folder));
      } else if (source.dirty()) {
        refusals.add(
            "files in %s differed from commit %s when the run began%s; commit or stash them, and run"
                    .formatted(folder, source.commit(), Shown.line(source.named()))
                + " again");
      } else if (!source.folder().equals(sources.getFirst().folder())) {
        Optional<Repository> other = Repository.of(world, folder);
        if (other.flatMap(it -> it.commit(source.commit())).isEmpty()) {
          refusals.add("commit %s isn't in %s any more".formatted(source.commit(), folder));
        } else {
          elsewhere.add(
              new Elsewhere(
                  source.folder(),
                  source.commit(),
                  Content.of(other.get(), source.commit(), List.of()).digest()));
        }
      }
    }
    return elsewhere;
  }

  /** Small ones first, so that as many as possible find room. */
  private List<Log> logs(RunRecord run, Path staging, GatePolicy policy) throws IOException {
    RunLogs there = RunLogs.of(request.run(), run);
    refusals.addAll(there.faults());
    refuse();
    long all = there.files().stream().mapToLong(RunLogs.File::bytes).sum();
    long done = 0;
    long left = policy.budget();
    List<Log> logs = new ArrayList<>();
    for (RunLogs.File file : there.files()) {
      boolean packed = file.bytes() > PACKED;
      String kept = packed ? file.name() + ".gz" : file.name();
      long before = done;
      LogCopy.Copied copied =
          LogCopy.copy(
              file.path(),
              staging.resolve(kept),
              packed,
              left,
              request.secrets(),
              read -> progress.at(before + read, all));
      done += copied.bytes();
      copied
          .declared()
          .forEach(it ->
              refusals.add(
                  "%s:%d holds the secret %s".formatted(file.path(), it.line(), it.what())));
      boolean fits = copied.written() <= left;
      if (fits) {
        left -= copied.written();
      } else {
        Files.delete(staging.resolve(kept));
      }
      logs.add(
          new Log(
              file.name(),
              fits ? kept : null,
              copied.bytes(),
              copied.sha256(),
              fits ? null : "the logs have no more room than `budget` in matrix.yaml gives them",
              copied.masked().isEmpty() ? null : copied.masked()));
    }
    logs.sort((a, b) -> a.log().compareTo(b.log()));
    return logs;
  }

  private void write(Manifest manifest, List<Entry> entries, Path folder) throws IOException {
    View view = manifest.view(entries).since(request.since());
    Projections.write(folder, view, manifest.keptLogs());
    Files.delete(folder.resolve("summary.md"));
    Files.writeString(folder.resolve(EvidenceFolder.README), Readme.render(manifest, view));
    Files.writeString(folder.resolve(EvidenceFolder.MANIFEST), manifest.write());
  }

  /** Logs were looked through when they were copied; this looks at all the rest. */
  private void sweep(Path folder) throws IOException {
    for (String name :
        List.of(
            EvidenceFolder.JOURNAL,
            EvidenceFolder.MANIFEST,
            EvidenceFolder.README,
            EvidenceFolder.JUNIT,
            EvidenceFolder.CTRF,
            EvidenceFolder.PAGE,
            EvidenceFolder.DEFINITION)) {
      int number = 0;
      try (Stream<String> lines = Files.lines(folder.resolve(name), StandardCharsets.UTF_8)) {
        for (String line : (Iterable<String>) lines::iterator) {
          number++;
          for (Secrets.Found found : request.secrets().found(line)) {
            refusals.add("%s:%d holds the secret %s".formatted(name, number, found.name()));
          }
          for (Tokens.Found found : Tokens.in(line)) {
            refusals.add("%s:%d holds what looks like a %s".formatted(name, number, found.kind()));
          }
        }
      }
    }
  }

  /** Neither a commit nor a checkout may change a byte of what is kept. */
  private static void asItIs(Path evidence) throws IOException {
    Path attributes = evidence.resolve(".gitattributes");
    Files.createDirectories(evidence);
    if (!Files.exists(attributes, LinkOption.NOFOLLOW_LINKS)) {
      Files.writeString(attributes, "* -text -filter -ident !working-tree-encoding\n");
    }
  }
}
