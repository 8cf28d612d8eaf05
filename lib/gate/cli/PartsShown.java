package gate.cli;

import gate.base.Secrets;
import gate.base.Shown;
import gate.engine.EngineFolder;
import gate.engine.FlowLeg;
import gate.engine.News;
import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.JournalDraft;
import gate.journal.JournalFailed;
import gate.journal.Outcome;
import gate.report.Console;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shows what the legs of an engine's run do, by their own journals as they grow, and what the
 * engine says of their machines. Nothing is decided by it. Used by one thread.
 */
final class PartsShown {
  private static final long LEAST_NANOS = 200_000_000;

  /** So many times as long as a look takes none is taken. */
  private static final int REST = 9;

  private final EngineFolder engine;
  private final Path run;
  private final Console console;
  private final boolean live;
  private final Clock clock;
  private final Secrets secrets;
  private final JournalDraft draft;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, PartTail> tails = new LinkedHashMap<>();
  private final Set<String> problems = new HashSet<>();
  private final long start = System.nanoTime();
  private long next = start;
  private boolean begun;

  /**
   * @param run the run's folder
   * @param live whether what goes on is seen without a line for it
   */
  PartsShown(
      EngineFolder engine,
      Path run,
      List<FlowLeg> legs,
      Console console,
      boolean live,
      Clock clock,
      Secrets secrets) {
    this.engine = engine;
    this.run = run.toAbsolutePath().normalize();
    this.console = console;
    this.live = live;
    this.clock = clock;
    this.secrets = secrets;
    this.draft = new JournalDraft(secrets);
    legs.forEach(leg -> {
      numbers.put(leg.id(), numbers.size() + 1);
      console.waits(leg.id(), "the engine hasn't sent it yet");
    });
  }

  /** Whether the engine has done anything with any leg. */
  boolean begun() {
    return begun;
  }

  /** What the engine tells. */
  void take(News news) {
    begun = true;
    switch (news) {
      case News.Sent it -> sent(it);
      case News.Kept it -> {
        say("- %s  came to its end before".formatted(it.leg()));
        console.waits(it.leg(), "came to its end before; its part is being brought");
        tails.put(it.leg(), new PartTail(it.leg(), run, Optional::empty, true));
      }
      case News.Broke it -> broke(it);
      case News.Ended it ->
          Optional.ofNullable(tails.get(it.leg()))
              .filter(tail -> !tail.over())
              .ifPresent(tail -> tail.brought(engine.part(numbers.get(it.leg()))));
    }
  }

  private void sent(News.Sent sent) {
    if (!live) {
      say(
          "> %s  sent%s  engine/work/%s…"
              .formatted(sent.leg(), sent.again() ? " again" : "", sent.folder()));
    }
    console.waits(sent.leg(), "sent; nothing is heard of it yet");
    tails.put(sent.leg(), new PartTail(sent.leg(), run, () -> engine.part(sent.folder()), false));
  }

  private void broke(News.Broke broke) {
    look(broke.leg()); // what it still said
    tails.remove(broke.leg());
    String why = "its machine failed: it " + broke.why();
    say("! %s  %s; %s".formatted(broke.leg(), why, broke.givenUp() ? "given up" : "another tries"));
    if (broke.givenUp()) {
      show(new Event.LegFinished(broke.leg(), 0, Outcome.INTERRUPTED, why, 0));
    } else {
      console.waits(broke.leg(), "sent again; " + why);
    }
  }

  /** Looks at all journals, not more often than they can be read. */
  void look() {
    if (System.nanoTime() - next >= 0) {
      long before = System.nanoTime();
      lookAgain();
      long after = System.nanoTime();
      next = after + Math.max(LEAST_NANOS, REST * (after - before));
    }
  }

  /** Looks at all of them now. */
  void lookAgain() {
    List.copyOf(tails.keySet()).forEach(this::look);
  }

  private void look(String leg) {
    PartTail tail = tails.get(leg);
    if (tail == null) {
      return;
    }
    try {
      tail.more().forEach(this::show);
    } catch (JournalFailed e) {
      say("! %s  its journal can't be followed: %s".formatted(leg, e.getMessage()));
    }
    if (tail.over()) {
      tails.remove(leg);
    }
  }

  private void show(Event event) {
    if (event instanceof Event.Problem problem && !problems.add(problem.text())) {
      return;
    }
    draft.add(clock.instant(), (System.nanoTime() - start) / 1_000_000, event);
    console.accept(draft.entries().getLast());
  }

  /** A line of its own. */
  void say(String line) {
    console.say(Shown.line(secrets.shown(line)));
  }

  /** The run has ended, and these entries tell it. */
  void ended(List<Entry> entries) {
    tails.clear();
    entries.stream()
        .map(Entry::event)
        .filter(it -> it instanceof Event.Problem || it instanceof Event.RunFinished)
        .forEach(this::show);
    console.counts(entries);
  }
}
