package gate.plan;

import gate.base.Secrets;
import java.util.List;

/** The run can't start; each message is a sentence for a person. Exit code 2. */
public class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> messages;

  public Refused(List<String> messages) {
    super(String.join("\n", messages), null, false, false);
    this.messages = List.copyOf(messages);
  }

  public Refused(String message) {
    this(List.of(message));
  }

  /** The same, without what nobody may see. */
  public Refused masked(Secrets secrets) {
    return new Refused(messages.stream().map(secrets::shown).toList());
  }

  public List<String> messages() {
    return messages;
  }
}
