package gate.merge;

import gate.journal.Event;
import java.util.Optional;

/** What went wrong with a part as a whole, as the run that it is of tells it. */
public final class PartProblem {
  private PartProblem() {}

  /**
   * The problem that an event of the part is; empty: none.
   *
   * @param label the part's
   */
  public static Optional<Event> of(String label, Event event) {
    return Optional.ofNullable(
            switch (event) {
              case Event.Problem it -> it.text();
              case Event.StopRequested it -> it.why();
              case Event.InputsChanged it ->
                  "what is tested changed while it went on: %s"
                      .formatted(String.join(", ", it.files()));
              default -> null;
            })
        .map(text -> new Event.Problem("%s: %s".formatted(label, text)));
  }
}
