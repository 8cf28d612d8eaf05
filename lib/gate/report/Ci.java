package gate.report;

import gate.journal.Event;
import java.util.List;

/** What a service that runs jobs makes of lines that begin in a certain way. */
interface Ci {
  /** What is said at once of what went wrong, with its lines' breaks; or nothing. */
  String told(Event event, List<String> lines);

  /**
   * Lines that fold.
   *
   * @param at seconds since 1970
   * @param content whole lines, harmless
   * @param folded whether they do from the beginning
   */
  String group(String leg, int attempt, long at, String title, String content, boolean folded);

  /** A line that the service takes for nothing else. */
  String harmless(String line);
}
