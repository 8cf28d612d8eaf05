package gate.journal;

import gate.base.Secrets;
import gate.journal.Event.Action;
import gate.journal.Event.CaseFinished;
import gate.journal.Event.ProcessEnded;
import gate.journal.Event.ProcessStarted;
import gate.journal.Event.ProcessStarting;
import gate.journal.Event.StepFinished;
import gate.journal.Event.StepStarted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The fields of the events that each step and case brings, written without Jackson, whose way from
 * an object to its text is long for a JVM that has just begun. Only where it makes no difference:
 * every text is short and ASCII, without control characters, and nothing in it has to be hidden.
 */
final class PlainFields {
  /** Beyond, Jackson is as quick, and takes less memory. */
  private static final int LONGEST = 10_000;

  private final Secrets secrets;
  private final StringBuilder json = new StringBuilder(256).append('{');

  private PlainFields(Secrets secrets) {
    this.secrets = secrets;
  }

  /** An event's fields as {@link Lines#fields} gives them; empty where they need the long way. */
  static Optional<byte[]> of(Event event, Secrets secrets) {
    PlainFields fields = new PlainFields(secrets);
    return fields.all(event) ? Optional.of(fields.bytes()) : Optional.empty();
  }

  private byte[] bytes() {
    return json.append('}').toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private boolean all(Event event) {
    return switch (event) {
      case StepStarted(String leg, int attempt, int step, String name, String log) ->
          place(leg, attempt, step) && text("name", name) && text("log", log);
      case Action(String leg, int attempt, int step, String text) ->
          place(leg, attempt, step) && text("text", text);
      case ProcessStarting(
              String id,
              String leg,
              int attempt,
              int step,
              List<String> argv,
              String folder,
              String log) ->
          text("id", id)
              && place(leg, attempt, step)
              && texts("argv", argv)
              && text("folder", folder)
              && text("log", log);
      case ProcessStarted(String id, long pid) -> text("id", id) && number("pid", pid);
      case ProcessEnded(String id, String how, boolean ok, long millis) ->
          text("id", id) && text("how", how) && is("ok", ok) && number("millis", millis);
      case StepFinished(
              String leg,
              int attempt,
              int step,
              Outcome outcome,
              String reason,
              String repeat,
              String degraded,
              boolean degradedAsked,
              long millis) ->
          place(leg, attempt, step)
              && text("outcome", outcome.name())
              && text("reason", reason)
              && text("repeat", repeat)
              && text("degraded", degraded)
              && is("degradedAsked", degradedAsked)
              && number("millis", millis);
      case CaseFinished(
              String leg,
              int attempt,
              int step,
              String group,
              String name,
              Outcome outcome,
              Optional<Long> millis,
              String message,
              String output) ->
          place(leg, attempt, step)
              && text("group", group)
              && text("name", name)
              && text("outcome", outcome.name())
              && number("millis", millis)
              && text("message", message)
              && text("output", output);
      default -> false;
    };
  }

  private boolean place(String leg, int attempt, int step) {
    return text("leg", leg) && number("attempt", attempt) && number("step", step);
  }

  private boolean number(String name, long value) {
    named(name).append(value);
    return true;
  }

  private boolean number(String name, Optional<Long> value) {
    return value.isPresent() ? number(name, value.get()) : is(name, null);
  }

  private boolean is(String name, Boolean value) {
    named(name).append(value);
    return true;
  }

  private boolean texts(String name, List<String> values) {
    named(name).append('[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      if (!text(values.get(i))) {
        return false;
      }
    }
    json.append(']');
    return true;
  }

  private boolean text(String name, String value) {
    named(name);
    return text(value);
  }

  private boolean text(String value) {
    if (value == null || value.length() > LONGEST || !secrets.shown(value).equals(value)) {
      return false;
    }
    json.append('"');
    int done = 0;
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c < ' ' || c > '~') {
        return false;
      }
      if (c == '"' || c == '\\') {
        json.append(value, done, at).append('\\');
        done = at;
      }
    }
    json.append(value, done, value.length()).append('"');
    return true;
  }

  private StringBuilder named(String name) {
    if (json.length() > 1) {
      json.append(',');
    }
    return json.append('"').append(name).append("\":");
  }
}
