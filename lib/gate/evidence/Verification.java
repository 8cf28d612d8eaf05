package gate.evidence;

import gate.base.Reason;
import gate.base.Shown;
import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Leg;
import gate.definition.Loaded;
import gate.evidence.Manifest.Log;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.InputsRead;
import gate.journal.JournalFailed;
import gate.journal.JournalReader;
import gate.journal.Judge;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Looks through a kept run for all that is wrong with it; it needs nothing but its folder. */
final class Verification {
  private static final List<String> FILES =
      List.of(
          EvidenceFolder.MANIFEST,
          EvidenceFolder.JOURNAL,
          EvidenceFolder.DEFINITION,
          EvidenceFolder.README,
          EvidenceFolder.JUNIT,
          EvidenceFolder.CTRF);

  private final Path folder;
  private final String gate;
  private final List<String> faults = new ArrayList<>();

  private Verification(Path folder, String gate) {
    this.folder = folder;
    this.gate = gate;
  }

  /**
   * Verifies one.
   *
   * @param signers whose signatures count
   * @param gate this gate's version
   */
  static Verified of(Path folder, Signers signers, String gate) {
    return new Verification(folder, gate).verified(signers);
  }

  private Verified verified(Signers signers) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return new Verified(
          folder,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(folder + " is no folder"));
    }
    check(() -> faults.addAll(Sums.faults(folder)));
    for (String file : FILES) {
      if (!Files.isRegularFile(folder.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
        add(file + " is missing");
      }
    }
    Optional<Manifest> manifest = manifest();
    List<Entry> entries = entries();
    Optional<RunRecord> run =
        entries.isEmpty() ? Optional.empty() : Optional.of(RunRecord.of(entries));
    Optional<Definition> definition = definition();
    run.ifPresent(this::counts);
    if (manifest.isPresent() && run.isPresent()) {
      agree(manifest.get(), run.get());
      check(() -> logs(manifest.get(), run.get()));
      check(() -> reports(manifest.get(), entries));
    }
    if (run.isPresent() && definition.isPresent()) {
      whole(run.get(), definition.get());
    }
    if (manifest.isPresent() && definition.isPresent()) {
      unbound(manifest.get(), definition.get());
    }
    Optional<Signers.Signer> signer = Optional.empty();
    if (manifest.isPresent()) {
      Attestation.Checked checked = Attestation.check(folder, manifest.get(), signers);
      faults.addAll(checked.faults());
      signer = checked.signer();
    }
    return new Verified(folder, manifest, entries, run, definition, signer, faults);
  }

  private interface Check {
    void look() throws IOException;
  }

  private void check(Check check) {
    try {
      check.look();
    } catch (IOException e) {
      add("it can't be read: " + Reason.of(e));
    }
  }

  private void add(String fault) {
    if (!faults.contains(fault)) {
      faults.add(fault);
    }
  }

  private Optional<Manifest> manifest() {
    try {
      Path file = folder.resolve(EvidenceFolder.MANIFEST);
      return Optional.of(Manifest.read(Files.readAllBytes(file), EvidenceFolder.MANIFEST));
    } catch (EvidenceRefused e) {
      add(e.getMessage());
    } catch (IOException e) {
      add("%s can't be read: %s".formatted(EvidenceFolder.MANIFEST, Reason.of(e)));
    }
    return Optional.empty();
  }

  private List<Entry> entries() {
    try {
      List<Entry> entries = JournalReader.read(folder.resolve(EvidenceFolder.JOURNAL));
      RunRecord.of(entries);
      return entries;
    } catch (JournalFailed | IllegalArgumentException e) {
      add(e.getMessage());
      return List.of();
    }
  }

  private Optional<Definition> definition() {
    return switch (DefinitionLoader.load(folder.resolve(EvidenceFolder.DEFINITION))) {
      case Loaded.Ok ok -> Optional.of(ok.definition());
      case Loaded.Failed failed -> {
        add(
            "%s: %s"
                .formatted(EvidenceFolder.DEFINITION, failed.diagnostics().getFirst().message()));
        yield Optional.empty();
      }
    };
  }

  private void counts(RunRecord run) {
    Verdict verdict = Judge.replayed(run);
    if (verdict.kind() != Verdict.Kind.GREEN && verdict.kind() != Verdict.Kind.PARTIAL) {
      add(
          "the journal comes to %s%s"
              .formatted(
                  verdict.kind(),
                  verdict.reasons().isEmpty() ? "" : ": " + verdict.reasons().getFirst()));
    }
    if (!run.started().selected().isEmpty()) {
      add("the run was SELECTED: only some legs ran");
    }
    run.part().ifPresent(part -> add("the run was %s: only a part ran".formatted(part.label())));
    if (run.started().dirty()) {
      add("the run was made on a dirty tree");
    }
    run.inputs()
        .ifPresent(inputs ->
            inputs.sources().stream()
                .filter(Event.Source::dirty)
                .forEach(it ->
                    add(
                        "files in %s differed from its commit%s"
                            .formatted(Shown.value(it.folder()), Shown.line(it.named())))));
    run.unbound().forEach(it -> add("the run isn't bound to its commit: " + Shown.line(it)));
    if (!run.isOfOneCommit()) {
      add("the commit changed between the run's start and its reading what it tests");
    }
  }

  private void agree(Manifest manifest, RunRecord run) {
    equal("run", manifest.run(), run.started().run());
    equal("commit", manifest.commit(), run.started().commit());
    equal("verdict", manifest.verdict(), Judge.replayed(run).kind().name());
    if (!manifest.tellsOf(run)) {
      add("`told` in %s isn't what the journal says".formatted(EvidenceFolder.MANIFEST));
    }
    String name = EvidenceFolder.name(run.started().run());
    if (!folder.getFileName().toString().equals(name)) {
      add("the folder isn't called %s".formatted(name));
    }
  }

  private void equal(String what, String told, String is) {
    if (!told.equals(is)) {
      add(
          "`%s` in %s is %s, by the journal %s"
              .formatted(what, EvidenceFolder.MANIFEST, Shown.value(told), Shown.value(is)));
    }
  }

  private void unbound(Manifest manifest, Definition definition) {
    String path = manifest.definition();
    int name = path.lastIndexOf('/') + 1;
    try {
      List<String> unbound =
          Content.unbound(
              definition.gate().unbound(), path.substring(0, name), path.substring(name));
      if (!unbound.equals(manifest.unbound())) {
        add(
            "`unbound` in %s isn't what %s says"
                .formatted(EvidenceFolder.MANIFEST, EvidenceFolder.DEFINITION));
      }
    } catch (EvidenceRefused e) {
      add(e.getMessage());
    }
  }

  private void logs(Manifest manifest, RunRecord run) throws IOException {
    Map<String, Log> logs = new TreeMap<>();
    for (Log log : manifest.logs()) {
      if (logs.put(log.log(), log) != null) {
        add("%s tells of %s twice".formatted(EvidenceFolder.MANIFEST, Shown.value(log.log())));
      }
      if (log.kept() != null) {
        kept(log);
      }
    }
    Set<String> missing = new TreeSet<>(RunLogs.named(run));
    missing.removeAll(logs.keySet());
    missing.forEach(name ->
        add(
            "the journal names %s, of which %s doesn't tell"
                .formatted(Shown.value(name), EvidenceFolder.MANIFEST)));
    Set<String> strangers = new TreeSet<>(others());
    manifest.logs().stream()
        .filter(log -> log.kept() != null)
        .map(Log::kept)
        .forEach(strangers::remove);
    strangers.forEach(
        name -> add("%s doesn't tell of %s".formatted(EvidenceFolder.MANIFEST, Shown.value(name))));
  }

  private void kept(Log log) throws IOException {
    Path file = folder.resolve(log.kept()).normalize();
    boolean packed = log.kept().equals(log.log() + ".gz");
    if (!Sums.mayBeKept(log.kept()) || !packed && !log.kept().equals(log.log())) {
      add(
          "%s keeps %s under a wrong name"
              .formatted(EvidenceFolder.MANIFEST, Shown.value(log.log())));
    } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      add(log.kept() + " is missing");
    } else if (log.masked().isEmpty()) {
      try (InputStream plain = Files.newInputStream(file);
          InputStream in = packed ? new GZIPInputStream(plain, 1 << 16) : plain) {
        if (!Digests.of(in, log.bytes()).equals(log.sha256())) {
          add("%s isn't the log of which %s tells".formatted(log.kept(), EvidenceFolder.MANIFEST));
        }
      } catch (IOException e) {
        add("%s can't be read: %s".formatted(log.kept(), Reason.of(e)));
      }
    }
  }

  private Set<String> others() throws IOException {
    Set<String> own = new TreeSet<>(FILES);
    own.add(EvidenceFolder.SUMS);
    own.add(EvidenceFolder.ATTESTATION);
    own.add(EvidenceFolder.PAGE);
    try (var all = Files.walk(folder)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> folder.relativize(path).toString())
          .filter(name -> !own.contains(name))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void reports(Manifest manifest, List<Entry> entries) throws IOException {
    String head = Readme.head(manifest);
    String readme = Files.readString(folder.resolve(EvidenceFolder.README));
    if (!readme.startsWith(head) && manifest.gate().equals(gate)) {
      add(
          "%s doesn't begin with what %s says"
              .formatted(EvidenceFolder.README, EvidenceFolder.MANIFEST));
      return;
    }
    String summary = readme.startsWith(head) ? readme.substring(head.length()) : readme;
    faults.addAll(
        ReportsCheck.faults(
            folder,
            manifest.view(entries),
            manifest.keptLogs(),
            summary,
            manifest.gate().equals(gate)));
  }

  /** Whether each leg of the definition is in the run, and none beside them. */
  private void whole(RunRecord run, Definition definition) {
    InputsRead inputs = run.inputs().orElse(null);
    try {
      String digest = Digests.of(folder.resolve(EvidenceFolder.DEFINITION));
      if (inputs == null || !digest.equals(inputs.definition())) {
        add("%s isn't the one that the run was made with".formatted(EvidenceFolder.DEFINITION));
      }
    } catch (IOException e) {
      add("%s can't be read: %s".formatted(EvidenceFolder.DEFINITION, Reason.of(e)));
    }
    Map<String, LegRecord> ran =
        run.legs().stream()
            .collect(Collectors.toMap(leg -> leg.plan().leg(), Function.identity(), (a, _) -> a));
    for (Leg leg : definition.legs()) {
      LegRecord record = ran.remove(leg.id());
      if (record == null) {
        add("leg `%s` is missing: %s has it".formatted(leg.id(), EvidenceFolder.DEFINITION));
      } else if (record.plan().decision().equals("planned") && leg.planned().isEmpty()) {
        add(
            "leg `%s` didn't run, and isn't planned in %s"
                .formatted(leg.id(), EvidenceFolder.DEFINITION));
      }
    }
    ran.keySet()
        .forEach(leg ->
            add("leg %s isn't in %s".formatted(Shown.value(leg), EvidenceFolder.DEFINITION)));
  }
}
