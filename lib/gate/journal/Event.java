package gate.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened in a run, as plain values. Durations are whole milliseconds by a clock
 * that never jumps; {@code leg}, {@code step} (from 1) and {@code attempt} (from 1) say where.
 * Paths are relative to the run's folder, with {@code /}.
 */
public sealed interface Event {

  /**
   * First in every journal.
   *
   * @param format the journal's format, {@link Format#VERSION}
   * @param gate the gate's version
   * @param run the run's name, as {@code 20261123T051244Z}
   * @param name the matrix's name
   * @param definition the matrix.yaml
   * @param command the command line as it was typed
   * @param commit git's commit of the definition's repository, or {@code unknown}
   * @param tree git's tree of it, or {@code unknown}
   * @param dirty whether files differ from the commit
   * @param dry whether nothing will run
   * @param legs how many legs the definition has
   * @param selected the legs named on the command line; empty: all
   * @param toggles each toggle's value and source
   * @param facts what was found out about the host
   * @param flakyAllowed the policy on flaky legs
   * @param environment the variables of the gate's own that children get, save the toggles
   * @param dropped the names of those that could, and that nothing gets
   */
  record RunStarted(
      int format,
      String gate,
      String run,
      String name,
      String definition,
      List<String> command,
      String commit,
      String tree,
      boolean dirty,
      boolean dry,
      boolean strict,
      int jobs,
      int legs,
      List<String> selected,
      List<ToggleValue> toggles,
      List<HostFact> facts,
      boolean flakyAllowed,
      Map<String, String> environment,
      List<String> dropped)
      implements Event {
    public RunStarted {
      environment = environment == null ? Map.of() : environment; // of an older gate
      dropped = dropped == null ? List.of() : dropped;
    }

    /** The same, with another command line. */
    RunStarted typed(List<String> other) {
      return with(other, dirty);
    }

    /** The same of a run of which is known that files differ from the commit. */
    RunStarted onDirtyTree() {
      return with(command, true);
    }

    private RunStarted with(List<String> otherCommand, boolean otherDirty) {
      return new RunStarted(
          format,
          gate,
          run,
          name,
          definition,
          otherCommand,
          commit,
          tree,
          otherDirty,
          dry,
          strict,
          jobs,
          legs,
          selected,
          toggles,
          facts,
          flakyAllowed,
          environment,
          dropped);
    }
  }

  /** A toggle: {@code value} empty where it isn't set; {@code source} as `environment`, `--set`. */
  record ToggleValue(String name, String value, String source) {}

  /** A fact about the host with its proof, its fix where it isn't as wanted, and more by name. */
  record HostFact(
      String name,
      String state,
      String level,
      String proof,
      String fix,
      Map<String, String> details) {
    public HostFact {
      level = level == null ? state : level; // of an older gate
      details = details == null ? Map.of() : details;
    }
  }

  /**
   * The run is a part of a larger one, and never counts by itself.
   *
   * @param kind {@code shard}, or {@code leg} where each leg is a part
   * @param index from 1
   * @param count how many parts there are
   * @param places where its legs stand in the whole plan, from 1, in the order of {@link Planned}
   * @param all how many legs the whole plan has
   * @param assumed the legs that its own need, which run in other parts and are taken to have
   *     passed there
   * @param plan {@link PlanDigest} of the whole plan, and of who runs what
   * @param scripts {@link PlanDigest} of the scripts of the whole plan
   */
  record PartTaken(
      String kind,
      int index,
      int count,
      List<Integer> places,
      int all,
      List<String> assumed,
      String plan,
      String scripts)
      implements Event {
    /** As it is shown: {@code shard 2/5}. */
    public String label() {
      return "%s %d/%d".formatted(kind.equals("shard") ? "shard" : "part", index, count);
    }
  }

  /**
   * A part that the run was merged from. The run's own start tells what all parts share.
   *
   * @param started as that part was started, with the facts of its host
   * @param sources what it tested
   * @param journal SHA-256 of its journal
   * @param at when it was started, as in {@code 2026-11-23T05:12:44Z}
   * @param verdict what it came to by itself
   */
  record PartMerged(
      PartTaken part,
      RunStarted started,
      List<Source> sources,
      String journal,
      String at,
      Verdict.Kind verdict,
      long millis)
      implements Event {}

  /**
   * Stands where a run that was cut off goes on.
   *
   * @param now what it goes on with, as at a run's start
   * @param changed what differs from before, a sentence each
   * @param kept the attempts that aren't repeated; all others of before no longer count
   */
  record RunResumed(RunStarted now, List<String> changed, List<Kept> kept) implements Event {}

  /** The first so many attempts of a leg. */
  record Kept(String leg, int attempts) {}

  /**
   * What the run tests, by content, as read before anything ran.
   *
   * @param definition SHA-256 of matrix.yaml
   * @param scripts SHA-256 of each leg's script, by leg
   * @param sources the repositories that the definition, which is first, and the workspaces lie in
   * @param workspaces where each workspace lies in its repository, from that's top
   * @param settings SHA-256 of each file of Cargo's settings that lies in none of them, and where
   *     it has tables that can change what is built, {@link #SETS} and those
   * @param unbound what the run goes by and no commit holds, a sentence each
   */
  record InputsRead(
      String definition,
      Map<String, String> scripts,
      List<Source> sources,
      Map<String, String> workspaces,
      Map<String, String> settings,
      List<String> unbound)
      implements Event {
    /** Before the tables that a file of settings has. */
    public static final String SETS = "; it sets ";

    public InputsRead {
      workspaces = workspaces == null ? Map.of() : workspaces; // of an older gate
      settings = settings == null ? Map.of() : settings;
      unbound = unbound == null ? List.of() : unbound;
    }

    /** The repository that the definition lies in. */
    public Optional<Source> first() {
      return sources.stream().findFirst();
    }

    /** Whether files of that one differ from a commit that is known. */
    public boolean differs() {
      return first().filter(Source::differs).isPresent();
    }

    public InputsRead(String definition, Map<String, String> scripts, List<Source> sources) {
      this(definition, scripts, sources, Map.of(), Map.of(), List.of());
    }
  }

  /**
   * A folder in a repository.
   *
   * @param commit git's commit, or {@code unknown}
   * @param content git's tree of the bytes of all files that aren't ignored, committed or not, save
   *     matrix.yaml and the scripts; or {@code unknown}
   * @param dirty whether that differs from the commit
   * @param differing by what files, the first few
   */
  record Source(
      String folder, String commit, String content, boolean dirty, List<String> differing) {
    public Source {
      differing = differing == null ? List.of() : differing; // of an older gate
    }

    public Source(String folder, String commit, String content, boolean dirty) {
      this(folder, commit, content, dirty, List.of());
    }

    /** Whether it differs from a commit that is known. */
    public boolean differs() {
      return dirty && !content.equals("unknown");
    }

    /** The files that differ, where they are known: {@code : a, b}. */
    public String named() {
      return differing.isEmpty() ? "" : ": " + String.join(", ", differing);
    }
  }

  /**
   * A package, or a source of one, was built that no commit holds.
   *
   * @param path its folder, or the file
   * @param sha256 of the file, or of all that the folder holds
   */
  record StrayBuilt(String path, String sha256) implements Event {
    /** What that means for the run. */
    public String sentence() {
      return path + " was built, and no commit holds it";
    }
  }

  /** What was tested isn't what stood there when the run began. */
  record InputsChanged(List<String> files) implements Event {}

  /**
   * The plan, in the order in which legs start.
   *
   * @param repeat how often each leg has to pass
   */
  record Planned(List<PlannedLeg> legs, int repeat) implements Event {
    public Planned {
      repeat = Math.max(1, repeat);
    }

    public Planned(List<PlannedLeg> legs) {
      this(legs, 1);
    }
  }

  /**
   * A leg of the plan.
   *
   * @param decision {@code run}, {@code skip} or {@code planned}
   * @param locks what it shares with no other leg while it runs
   */
  record PlannedLeg(
      String leg,
      String title,
      List<String> covers,
      List<String> needs,
      List<String> services,
      String decision,
      String why,
      boolean asked,
      List<String> allow,
      List<PlannedStep> steps,
      List<String> locks) {
    public PlannedLeg {
      locks = locks == null ? List.of() : locks; // of an older gate
    }

    public PlannedLeg(
        String leg,
        String title,
        List<String> covers,
        List<String> needs,
        List<String> services,
        String decision,
        String why,
        boolean asked,
        List<String> allow,
        List<PlannedStep> steps) {
      this(leg, title, covers, needs, services, decision, why, asked, allow, steps, List.of());
    }
  }

  /**
   * A step of the plan.
   *
   * @param decision {@code run} or {@code off}
   * @param why what it waits for, or has to do without; empty: nothing
   * @param asked whether a toggle says so
   * @param waits the toggles that it waits for, whether they are set or not
   * @param accelerator what its virtual machines run on; empty: it boots none
   */
  record PlannedStep(
      int step,
      String name,
      String decision,
      String why,
      boolean asked,
      List<String> waits,
      String accelerator) {
    public PlannedStep {
      waits = waits == null ? List.of() : waits; // of an older gate
      accelerator = accelerator == null ? "" : accelerator;
    }

    public PlannedStep(int step, String name, String decision, String why, boolean asked) {
      this(step, name, decision, why, asked, List.of(), "");
    }
  }

  record LegStarted(String leg, int attempt) implements Event {}

  record StepStarted(String leg, int attempt, int step, String name, String log) implements Event {}

  /** One action of a step, as one line: a command or an HTTP call. */
  record Action(String leg, int attempt, int step, String text) implements Event {}

  /** Written before the process exists; {@code leg} is empty for what builds. */
  record ProcessStarting(
      String id, String leg, int attempt, int step, List<String> argv, String folder, String log)
      implements Event {}

  record ProcessStarted(String id, long pid) implements Event {}

  /**
   * Written before anything is started: how to tell what belongs to the run when its gate is dead.
   *
   * @param pid the gate's
   * @param since when that process started, in milliseconds since 1970
   * @param mark the hard limit of file locks that only this run's processes have; {@code 0}: none
   */
  record GateStarted(long pid, long since, String mark) implements Event {}

  /** {@code how} as in {@code exit code 0}, {@code killed by SIGKILL (9)}. */
  record ProcessEnded(String id, String how, boolean ok, long millis) implements Event {}

  /** A build that one or more steps wait for; {@code command} can be pasted into a shell. */
  record BuildFinished(String id, String command, boolean ok, String log, long millis)
      implements Event {}

  /**
   * A service can be used.
   *
   * @param origin {@code named} by the user or {@code started}
   * @param endpoints its URLs
   * @param version what it says of itself, or {@code unknown}
   */
  record ServiceReady(
      String leg,
      int attempt,
      String service,
      String origin,
      List<String> endpoints,
      String version,
      String commit,
      String log)
      implements Event {}

  /**
   * A binary that is started next: of tests, or of a service.
   *
   * @param step 0 for a service
   * @param path below its workspace, or absolute where it lies elsewhere
   * @param size in bytes
   */
  record BinaryTested(String leg, int attempt, int step, String path, long size, String sha256)
      implements Event {}

  /**
   * The servers that a step's tests say they talked to.
   *
   * @param servers without repetition; servers of the tests' own count together
   */
  record ServersUsed(String leg, int attempt, int step, List<ServerUsed> servers)
      implements Event {}

  /**
   * Servers of one kind.
   *
   * @param origin {@code named} by the user, or the tests' {@code own}
   * @param url where it was, empty for the tests' own
   * @param count how many
   */
  record ServerUsed(
      String service, String origin, String url, String version, String commit, int count) {}

  /** The virtual machines that a step's tests say they had running. */
  record MachinesUsed(String leg, int attempt, int step, List<MachineUsed> machines)
      implements Event {}

  /**
   * A virtual machine, as read back from what ran it.
   *
   * @param accelerator {@code kvm} or {@code tcg}
   * @param guest {@code answered} or {@code not asked}
   */
  record MachineUsed(String machine, String uuid, long pid, String accelerator, String guest) {}

  /** What a step, or a leg where {@code step} is 0, passed without showing, though asked to. */
  record Unproven(String leg, int attempt, int step, String why) implements Event {}

  /**
   * The processes that a step, or a leg where {@code step} is 0, left behind, and that were ended;
   * whether it passed or not.
   */
  record Left(String leg, int attempt, int step, List<String> processes) implements Event {}

  /**
   * A file that a step said it writes, and did.
   *
   * @param artifact as the script names it
   * @param path where it is, absolute, links resolved
   * @param size in bytes
   * @param copy the copy in the run's folder; empty where it is too large to be copied
   */
  record ArtifactKept(
      String leg,
      int attempt,
      int step,
      String artifact,
      String path,
      long size,
      String sha256,
      String copy)
      implements Event {}

  record ServiceStopped(String leg, int attempt, String service) implements Event {}

  /**
   * A case of a step.
   *
   * @param group the test binary or doctest that it is in
   * @param millis its time, where it could be observed
   * @param message why it didn't pass, empty where it did
   * @param output its own output, where it could be observed
   */
  record CaseFinished(
      String leg,
      int attempt,
      int step,
      String group,
      String name,
      Outcome outcome,
      Optional<Long> millis,
      String message,
      String output)
      implements Event {}

  /**
   * @param reason why it didn't pass, one sentence or a few lines; empty where it did
   * @param repeat the command that repeats it, or empty
   * @param degraded what it had to do without, or empty
   * @param degradedAsked whether a toggle said so
   */
  record StepFinished(
      String leg,
      int attempt,
      int step,
      Outcome outcome,
      String reason,
      String repeat,
      String degraded,
      boolean degradedAsked,
      long millis)
      implements Event {}

  record LegFinished(String leg, int attempt, Outcome outcome, String reason, long millis)
      implements Event {}

  /** Something that went wrong outside any leg, and turns the run red. */
  record Problem(String text) implements Event {}

  /** Somebody asked the run to stop. */
  record StopRequested(String why) implements Event {}

  /** A dry run's word on a step: {@code what} is a command, or what it can't know. */
  record DryAction(String leg, int step, String what) implements Event {}

  /** Last in the journal of a run that came to its end. */
  record RunFinished(Verdict.Kind verdict, int exitCode, List<String> reasons, long millis)
      implements Event {}
}
