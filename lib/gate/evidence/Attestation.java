package gate.evidence;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gate.base.Reason;
import gate.evidence.Signers.Signer;
import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code attestation.dsse.json}: an in-toto Statement v1 (in-toto/attestation,
 * spec/v1/statement.md) with the predicate test-result v0.1 (spec/predicates/test-result.md),
 * signed. Its subjects are the list of the kept files, and what was tested by its commit and its
 * content.
 */
final class Attestation {
  static final String STATEMENT = "https://in-toto.io/Statement/v1";
  static final String PREDICATE = "https://in-toto.io/attestation/test-result/v0.1";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Attestation() {}

  /**
   * What was found.
   *
   * @param signer whose valid signature it is
   */
  record Checked(Optional<Signer> signer, List<String> faults) {}

  /** Writes it for a folder that is whole but for it. */
  static void write(Path folder, Manifest manifest, RunRecord run, SigningKey key)
      throws IOException {
    byte[] statement = statement(folder, manifest, run).getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(EvidenceFolder.ATTESTATION), Envelope.sign(statement, key).write());
  }

  private static String statement(Path folder, Manifest manifest, RunRecord run)
      throws IOException {
    ObjectNode statement = JSON.createObjectNode();
    statement.put("_type", STATEMENT);
    ArrayNode subjects = statement.putArray("subject");
    subject(
        subjects, EvidenceFolder.SUMS, "sha256", Digests.of(folder.resolve(EvidenceFolder.SUMS)));
    subject(subjects, "content", "sha256", manifest.content());
    subject(subjects, "commit", "gitCommit", manifest.commit());
    statement.put("predicateType", PREDICATE);
    ObjectNode predicate = statement.putObject("predicate");
    predicate.put("result", result(manifest));
    ArrayNode configuration = predicate.putArray("configuration");
    run.inputs()
        .ifPresent(
            inputs -> subject(configuration, manifest.definition(), "sha256", inputs.definition()));
    ObjectNode about =
        subject(
            configuration,
            EvidenceFolder.MANIFEST,
            "sha256",
            Digests.of(folder.resolve(EvidenceFolder.MANIFEST)));
    manifest
        .waived()
        .ifPresent(waiver ->
            about
                .putObject("annotations")
                .put("waiver", waiver.reason())
                .put("until", waiver.until().toString())
                .put("by", waiver.by()));
    ArrayNode passed = predicate.putArray("passedTests");
    ArrayNode warned = predicate.putArray("warnedTests");
    for (LegRecord leg : run.legs()) {
      for (StepRecord step : leg.steps()) {
        if (step.outcome() == Outcome.PASSED) {
          names(leg, step).forEach(leg.outcome() == Outcome.PASSED ? passed::add : warned::add);
        }
      }
    }
    predicate.putArray("failedTests");
    return statement.toString();
  }

  private static ObjectNode subject(ArrayNode list, String name, String algorithm, String digest) {
    ObjectNode subject = list.addObject();
    subject.put("name", name);
    subject.putObject("digest").put(algorithm, digest);
    return subject;
  }

  private static String result(Manifest manifest) {
    return manifest.verdict().equals("GREEN") && manifest.waiver() == null ? "PASSED" : "WARNED";
  }

  /** A step by itself where it has no cases. */
  private static List<String> names(LegRecord leg, StepRecord step) {
    String name = leg.plan().leg() + " / " + step.name();
    List<String> names = new ArrayList<>();
    for (CaseFinished test : step.cases()) {
      if (test.outcome() == Outcome.PASSED) {
        names.add("%s / %s %s".formatted(name, test.group(), test.name()));
      }
    }
    return step.cases().isEmpty() ? List.of(name) : names;
  }

  /** Looks at that of a kept run; none is right where none was made. */
  static Checked check(Path folder, Manifest manifest, Signers signers) {
    Path file = folder.resolve(EvidenceFolder.ATTESTATION);
    boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    if (manifest.signer() == null) {
      return new Checked(
          Optional.empty(),
          there
              ? List.of(
                  "%s is there, and %s says that the run was kept unsigned"
                      .formatted(EvidenceFolder.ATTESTATION, EvidenceFolder.MANIFEST))
              : List.of());
    }
    if (!there) {
      return wrong("%s is missing".formatted(EvidenceFolder.ATTESTATION));
    }
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) > Envelope.LARGEST) {
        return wrong("%s is no attestation".formatted(EvidenceFolder.ATTESTATION));
      }
      return check(folder, Envelope.read(Files.readAllBytes(file)), manifest, signers);
    } catch (IOException e) {
      return wrong("%s: %s".formatted(EvidenceFolder.ATTESTATION, Reason.of(e)));
    }
  }

  private static Checked wrong(String fault) {
    return new Checked(Optional.empty(), List.of(fault));
  }

  private static Checked check(Path folder, Envelope envelope, Manifest manifest, Signers signers)
      throws IOException {
    if (!envelope.keyId().equals(manifest.signer())) {
      return wrong("it is signed with another key than %s says".formatted(EvidenceFolder.MANIFEST));
    }
    Optional<Signer> signer = signers.byKeyId(envelope.keyId());
    if (signer.isEmpty()) {
      return wrong(
          "it is signed with key %s, which isn't in %s"
              .formatted(envelope.keyId(), EvidenceFolder.SIGNERS));
    }
    if (!envelope.isSignedBy(signer.get())) {
      return wrong("the signature isn't that of %s".formatted(signer.get().name()));
    }
    List<String> faults = new ArrayList<>();
    signer.get().fault(manifest.promotedAt()).ifPresent(faults::add);
    JsonNode statement = JSON.readTree(envelope.payload());
    if (!statement.path("_type").asText().equals(STATEMENT)
        || !statement.path("predicateType").asText().equals(PREDICATE)) {
      faults.add("what is signed is no statement on tests");
    }
    expect(statement, EvidenceFolder.SUMS, Digests.of(folder.resolve(EvidenceFolder.SUMS)), faults);
    expect(statement, "content", manifest.content(), faults);
    if (!statement.path("predicate").path("result").asText().equals(result(manifest))) {
      faults.add("the signed result isn't that of " + EvidenceFolder.MANIFEST);
    }
    return new Checked(faults.isEmpty() ? signer : Optional.empty(), faults);
  }

  private static void expect(JsonNode statement, String name, String digest, List<String> faults) {
    for (JsonNode subject : statement.path("subject")) {
      if (subject.path("name").asText().equals(name)
          && subject.path("digest").path("sha256").asText().equals(digest)) {
        return;
      }
    }
    faults.add("what is signed is another " + name);
  }
}
