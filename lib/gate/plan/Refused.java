package gate.plan;

import java.util.List;

/** The run can't start; each message is a sentence for a person. Exit code 2. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> messages;

  public Refused(List<String> messages) {
    super(String.join("\n", messages), null, false, false);
    this.messages = List.copyOf(messages);
  }

  public Refused(String message) {
    this(List.of(message));
  }

  public List<String> messages() {
    return messages;
  }
}
