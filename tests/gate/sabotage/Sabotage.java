package gate.sabotage;

import java.util.List;

/**
 * A way to break a property that a leg is for. It is compiled into the reference platform by the
 * feature {@code sabotage} alone, and chosen by the environment variable {@code SABOTAGE}.
 *
 * @param name its name in the sources
 * @param leg the leg that has to find it out
 * @param breaks what it does
 */
public record Sabotage(String name, String leg, String breaks) {
  private static final String FIRST = "chainfire-flaredb";
  private static final String SECOND = "flaredb-plasmavmc";
  private static final String THIRD = "plasmavmc-creditservice";
  private static final String FOURTH = "creditservice-nightlight";
  private static final String FIFTH = "tenant-loop";

  /** All there are. */
  public static final List<Sabotage> ALL =
      List.of(
          new Sabotage("answered-before-write", FIRST, "a write is acknowledged before it is made"),
          new Sabotage(
              "reads-from-anywhere", FIRST, "a replica answers from what it happens to have"),
          new Sabotage("leader-not-fenced", FIRST, "an overthrown leader goes on answering"),
          new Sabotage("request-ids-forgotten", FIRST, "a repeated request has a second effect"),
          new Sabotage("versions-ignored", FIRST, "a write from an old version overwrites"),
          new Sabotage(
              "vm-acknowledged-before-write",
              SECOND,
              "a machine is acknowledged before it is kept"),
          new Sabotage("started-twice", SECOND, "the reconciler forgets which instance it started"),
          new Sabotage("vm-row-without-version", SECOND, "the last of two racing wishes wins"),
          new Sabotage(
              "reservation-without-check", THIRD, "credits are reserved without compare-and-swap"),
          new Sabotage("request-id-ignored", THIRD, "a repeated reservation holds twice"),
          new Sabotage("rollback-forgets-credits", THIRD, "a rollback gives nothing back"),
          new Sabotage(
              "reservation-kept", THIRD, "a machine that can't start keeps its reservation"),
          new Sabotage("spent-counted-twice", FOURTH, "the metric counts a repeated commit again"),
          new Sabotage("metric-double-counted", FOURTH, "a scrape after a restart counts again"),
          new Sabotage("alert-dropped", FOURTH, "an alert that can't be delivered is dropped"),
          new Sabotage("for-window-ignored", FOURTH, "an alert fires before its time"),
          new Sabotage("reset-unseen", FOURTH, "a counter's reset loses usage"),
          new Sabotage("answer-stale", FIFTH, "DNS answers what was true before"),
          new Sabotage("draining-skipped", FIFTH, "a draining backend gets new connections"),
          new Sabotage("health-ignored", FIFTH, "a dead backend gets new connections"),
          new Sabotage("round-robin-stuck", FIFTH, "one backend gets all connections"),
          new Sabotage(
              "nxdomain-for-nodata", FIFTH, "a name without such records is said not to exist"),
          new Sabotage(
              "servfail-answers-old", FIFTH, "without the database, DNS answers what it knew"));
}
