package gate.evidence;

import gate.definition.GatePolicy;
import java.util.regex.Pattern;

/** The names of what is kept of a run. */
public final class EvidenceFolder {
  /** Where all of it is, below the definition's folder. */
  public static final String PARENT = GatePolicy.EVIDENCE;

  /** Whose keys may sign it, below the definition's folder. */
  public static final String SIGNERS = GatePolicy.SIGNERS;

  static final String MANIFEST = "evidence.json";
  static final String JOURNAL = "events.jsonl";
  static final String README = "README.md";
  static final String JUNIT = "junit.xml";
  static final String CTRF = "ctrf.json";
  static final String PAGE = "report.html";
  static final String DEFINITION = "matrix.yaml";
  static final String SUMS = "SHA256SUMS";
  static final String ATTESTATION = "attestation.dsse.json";

  private static final String PREFIX = "integration-matrix-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{8}T\\d{6}Z(?:-\\d{1,4})?)");

  private EvidenceFolder() {}

  /** The folder's name, by the run's. */
  static String name(String run) {
    return PREFIX + run;
  }

  /** Whether a folder has such a name. */
  static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }
}
