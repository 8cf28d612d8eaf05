package gate.merge;

import gate.journal.Event;
import java.util.Optional;

/** Which leg and attempt an event is of. */
public record EventLeg(String leg, int attempt) {
  /** Empty of events that are of no leg. */
  public static Optional<EventLeg> of(Event event) {
    return Optional.ofNullable(
        switch (event) {
          case Event.LegStarted it -> new EventLeg(it.leg(), it.attempt());
          case Event.StepStarted it -> new EventLeg(it.leg(), it.attempt());
          case Event.Action it -> new EventLeg(it.leg(), it.attempt());
          case Event.ProcessStarting it when !it.leg().isEmpty() ->
              new EventLeg(it.leg(), it.attempt());
          case Event.ServiceReady it -> new EventLeg(it.leg(), it.attempt());
          case Event.BinaryTested it -> new EventLeg(it.leg(), it.attempt());
          case Event.ServersUsed it -> new EventLeg(it.leg(), it.attempt());
          case Event.MachinesUsed it -> new EventLeg(it.leg(), it.attempt());
          case Event.Unproven it -> new EventLeg(it.leg(), it.attempt());
          case Event.Left it -> new EventLeg(it.leg(), it.attempt());
          case Event.ArtifactKept it -> new EventLeg(it.leg(), it.attempt());
          case Event.ServiceStopped it -> new EventLeg(it.leg(), it.attempt());
          case Event.CaseFinished it -> new EventLeg(it.leg(), it.attempt());
          case Event.StepFinished it -> new EventLeg(it.leg(), it.attempt());
          case Event.LegFinished it -> new EventLeg(it.leg(), it.attempt());
          case Event.DryAction it -> new EventLeg(it.leg(), 1);
          case Event.RunStarted _,
              Event.PartTaken _,
              Event.PartMerged _,
              Event.RunResumed _,
              Event.InputsRead _,
              Event.InputsChanged _,
              Event.StrayBuilt _,
              Event.Planned _,
              Event.ProcessStarting _,
              Event.ProcessStarted _,
              Event.GateStarted _,
              Event.ProcessEnded _,
              Event.BuildFinished _,
              Event.Problem _,
              Event.StopRequested _,
              Event.RunFinished _ ->
              null;
        });
  }
}
