package gate.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gate.journal.Entry;
import gate.journal.Event.HostFact;
import gate.journal.Event.ServerUsed;
import gate.journal.Event.ToggleValue;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.report.Logs;
import gate.report.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code evidence.json} says of a kept run. What may be missing is null in the file.
 *
 * @param format {@link #FORMAT}, or that of an older gate
 * @param gate the version of the gate that kept it
 * @param run the run's name
 * @param promoted when it was kept, as in {@code 2026-11-24T05:12:44Z}
 * @param verdict GREEN or PARTIAL
 * @param commit the full hash of the tested commit
 * @param content {@link Content#digest()} of it
 * @param unbound what that is without
 * @param definition where matrix.yaml lies in the repository
 * @param elsewhere what was tested from other repositories
 * @param waiver of a run that shows less than it should
 * @param signer the id of the key that it is signed with
 * @param logs what became of each log
 * @param told what the journal says, for those who don't read journals
 */
record Manifest(
    int format,
    String gate,
    String run,
    String promoted,
    String verdict,
    String commit,
    String content,
    List<String> unbound,
    String definition,
    List<Elsewhere> elsewhere,
    WaiverText waiver,
    String signer,
    List<Log> logs,
    Told told) {
  /** The format that this gate writes; it reads those before, too. */
  static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  Manifest {
    all(gate, run, promoted, verdict, commit, content, definition, told);
    unbound = unbound == null ? List.of() : List.copyOf(unbound);
    elsewhere = elsewhere == null ? List.of() : List.copyOf(elsewhere);
    logs = logs == null ? List.of() : List.copyOf(logs);
  }

  /** Jackson tells of what isn't there. */
  private static void all(Object... fields) {
    for (Object field : fields) {
      Objects.requireNonNull(field, "a field is missing");
    }
  }

  /** A repository beside the definition's that holds a tested workspace. */
  record Elsewhere(String folder, String commit, String content) {
    Elsewhere {
      all(folder, commit, content);
    }
  }

  /** A {@link Waiver}. */
  record WaiverText(String reason, String until, String by) {
    WaiverText {
      all(reason, until, by);
    }
  }

  /**
   * A log, or a copy of an artifact, of the run's folder.
   *
   * @param log its path there
   * @param kept its path here, or null where it was left out
   * @param bytes its size
   * @param sha256 of it, as it was
   * @param why it was left out
   * @param masked the lines in which something that looks like a token was masked
   */
  record Log(String log, String kept, long bytes, String sha256, String why, List<Masked> masked) {
    Log {
      all(log, sha256);
      masked = masked == null ? List.of() : List.copyOf(masked);
    }
  }

  /** A line, from 1, and what was masked in it. */
  record Masked(long line, String what) {}

  /** What is in the journal anyway. */
  record Told(
      List<HostFact> facts,
      List<ToggleValue> toggles,
      Map<String, String> environment,
      List<Service> services,
      List<Machine> machines,
      List<Binary> binaries) {
    static Told of(RunRecord run) {
      List<Service> services = new ArrayList<>();
      List<Machine> machines = new ArrayList<>();
      List<Binary> binaries = new ArrayList<>();
      for (LegRecord leg : run.legs()) {
        String id = leg.plan().leg();
        leg.services()
            .forEach(it ->
                services.add(
                    new Service(
                        id,
                        "",
                        it.service(),
                        it.origin(),
                        it.endpoints(),
                        it.version(),
                        it.commit())));
        leg.binaries().stream()
            .map(it -> new Binary(id, it.path(), it.size(), it.sha256()))
            .filter(it -> !binaries.contains(it))
            .forEach(binaries::add);
        for (StepRecord step : leg.steps()) {
          for (ServerUsed it : step.servers()) {
            List<String> urls = it.url().isEmpty() ? List.of() : List.of(it.url());
            services.add(
                new Service(
                    id, step.name(), it.service(), it.origin(), urls, it.version(), it.commit()));
          }
          step.machines()
              .forEach(
                  it -> machines.add(new Machine(id, step.name(), it.accelerator(), it.guest())));
        }
      }
      return new Told(
          run.started().facts(),
          run.started().toggles(),
          new TreeMap<>(run.started().environment()),
          services,
          machines,
          binaries);
    }
  }

  /**
   * A server that was talked to.
   *
   * @param step empty: by the leg's own services
   * @param origin {@code named} by the user, {@code started}, or the tests' {@code own}
   */
  record Service(
      String leg,
      String step,
      String service,
      String origin,
      List<String> urls,
      String version,
      String commit) {
    /** Whether nobody knows what it was. */
    boolean nameless() {
      return origin.equals("named") && unknown(version) && unknown(commit);
    }

    private static boolean unknown(String text) {
      return text == null || text.isBlank() || text.equals("unknown");
    }
  }

  /** A virtual machine that a step had running. */
  record Machine(String leg, String step, String accelerator, String guest) {}

  /** What was run to test it; the path is relative to the workspace where it lies below that. */
  record Binary(String leg, String path, long size, String sha256) {}

  /** The file's text. */
  String write() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads it.
   *
   * @throws EvidenceRefused with a sentence, where it is none, or a newer gate's
   */
  static Manifest read(byte[] text, String file) {
    try {
      JsonNode tree = JSON.readTree(new String(text, StandardCharsets.UTF_8));
      if (!(tree instanceof ObjectNode)) {
        throw new EvidenceRefused("%s isn't what the gate writes: it is no object".formatted(file));
      }
      int format = tree.path("format").asInt(0);
      if (format > FORMAT) {
        throw new EvidenceRefused(
            "%s has format %d; this gate reads up to %d: use a newer gate"
                .formatted(file, format, FORMAT));
      }
      Manifest manifest = JSON.treeToValue(tree, Manifest.class);
      manifest.check();
      return manifest;
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new EvidenceRefused("%s isn't what the gate writes: %s".formatted(file, why));
    }
  }

  private void check() {
    if (format < 1) {
      throw new IllegalArgumentException("`format` is no format");
    }
    if (!content.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("`content` is no SHA-256");
    }
    if (!commit.matches("[0-9a-f]{40,64}")) {
      throw new IllegalArgumentException("`commit` is no hash of git's");
    }
    promotedAt();
    waived();
  }

  Instant promotedAt() {
    return Instant.parse(promoted);
  }

  /** What reports show of the journal's entries, with the waiver. */
  View view(List<Entry> entries) {
    View view = View.of(entries);
    return waived().map(it -> view.waived(it.told())).orElse(view);
  }

  /** Where a page beside it finds the logs. */
  Logs keptLogs() {
    Map<String, String> names = new TreeMap<>();
    logs.stream().filter(it -> it.kept() != null).forEach(it -> names.put(it.log(), it.kept()));
    return Logs.kept(names);
  }

  Optional<Waiver> waived() {
    return Optional.ofNullable(waiver)
        .map(it -> new Waiver(it.reason(), LocalDate.parse(it.until()), it.by()));
  }

  /** Whether what it tells stands in the journal, too; fields of a newer gate aren't looked for. */
  boolean tellsOf(RunRecord run) {
    JsonNode mine = JSON.valueToTree(told);
    JsonNode theirs = JSON.valueToTree(Told.of(run));
    return mine.properties().stream()
        .filter(it -> !it.getValue().isNull())
        .allMatch(it -> it.getValue().equals(theirs.get(it.getKey())));
  }
}
