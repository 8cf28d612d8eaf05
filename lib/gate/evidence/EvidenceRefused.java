package gate.evidence;

import java.util.List;

/** What was asked for isn't done or isn't allowed; each message is a sentence. Exit code 4. */
public final class EvidenceRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> messages;

  public EvidenceRefused(List<String> messages) {
    super(String.join("\n", messages), null, false, false);
    this.messages = List.copyOf(messages);
  }

  public EvidenceRefused(String message) {
    this(List.of(message));
  }

  public List<String> messages() {
    return messages;
  }
}
