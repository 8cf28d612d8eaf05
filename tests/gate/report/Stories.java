package gate.report;

import static gate.report.Story.leg;
import static gate.report.Story.off;
import static gate.report.Story.step;

import gate.journal.Entry;
import gate.journal.Event;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import gate.journal.Outcome;
import gate.report.Story.Start;
import java.util.List;

/** The runs that the tests report. */
enum Stories {
  GREEN {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN, FAILOVER, E2E_OFF)
          .add(
              3_000,
              new Event.BuildFinished(
                  "b1", "cargo test --no-run -p flaredb", true, "build/b1.log", 2_950))
          .good("chainfire-flaredb", FAILOVER_1, FAILOVER_2)
          .good("flaredb-plasmavmc", DURABLE)
          .ends();
    }
  },
  SELECTED {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN.selected("chainfire-*"), FAILOVER)
          .good("chainfire-flaredb", FAILOVER_1, FAILOVER_2)
          .ends();
    }
  },
  RED {
    @Override
    Story story() {
      return Story.begin(
              Start.PLAIN
                  .toggle("PLASMA_ACCEL", "auto", "default")
                  .toggle("PLASMA_E2E", "", "unset")
                  .toggle("MATRIX_WORKSPACE", "/src/my platform", "environment")
                  .toggle("ROUNDS", "4", "--set"),
              FAILOVER,
              E2E_OFF,
              QUOTA,
              TENANTS)
          .add(
              3_000,
              new Event.BuildFinished(
                  "b1", "cargo test --no-run -p creditservice", false, "build/b1.log", 2_950))
          .legStarts("chainfire-flaredb", 1)
          .add(
              300,
              new Event.ServiceReady(
                  "chainfire-flaredb",
                  1,
                  "chainfire",
                  "started",
                  List.of("http://127.0.0.1:7001", "http://127.0.0.1:7002"),
                  "0.1.0",
                  "unknown",
                  "services/chainfire.log"))
          .add(
              1,
              new Event.ServiceReady(
                  "chainfire-flaredb",
                  1,
                  "flaredb",
                  "named",
                  List.of("http://flaredb.test:7100"),
                  "0.9.2",
                  "unknown",
                  ""))
          .good("flaredb-plasmavmc", DURABLE)
          .stepStarts("chainfire-flaredb", 1, 1, FAILOVER_1.name())
          .passes("chainfire-flaredb", 1, 1, "failover", "a_leader_dies")
          .fails(
              "chainfire-flaredb",
              1,
              1,
              "failover",
              "a_follower_dies",
              "thread 'main' panicked at tests/failover.rs:42:5:\nassertion `left == right`"
                  + " failed\n  left: 1\n right: 2")
          .stepEnds(
              "chainfire-flaredb", 1, 1, Outcome.FAILED, "cargo test ended with exit code 101")
          .legEnds(
              "chainfire-flaredb", 1, Outcome.FAILED, "step 1 `" + FAILOVER_1.name() + "` failed")
          .legEnds("plasmavmc-creditservice", 0, Outcome.BLOCKED, "it needs `chainfire-flaredb`")
          .add(7, new Event.Problem("two processes outlived the run"))
          .ends();
    }
  },
  PARTIAL {
    @Override
    Story story() {
      return Story.begin(
              Start.PLAIN.toggle("SKIP_PLASMA", "1", "environment"), FAILOVER, SKIPPED, TENANTS)
          .good("chainfire-flaredb", FAILOVER_1, FAILOVER_2)
          .ends();
    }
  },
  DEGRADED {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN.toggle("PLASMA_E2E", "1", "environment"), E2E)
          .legStarts("flaredb-plasmavmc", 1)
          .stepStarts("flaredb-plasmavmc", 1, 1, VM.name())
          .stepEnds(
              "flaredb-plasmavmc", 1, 1, Outcome.PASSED, "", "no proven KVM: /dev/kvm isn't there")
          .legEnds("flaredb-plasmavmc", 1, Outcome.PASSED, "")
          .ends();
    }
  },
  FLAKY {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN, FAILOVER)
          .legStarts("chainfire-flaredb", 1)
          .stepStarts("chainfire-flaredb", 1, 1, FAILOVER_1.name())
          .fails("chainfire-flaredb", 1, 1, "failover", "a_leader_dies", "no leader in 5 s")
          .stepEnds("chainfire-flaredb", 1, 1, Outcome.FAILED, "1 case failed")
          .legEnds("chainfire-flaredb", 1, Outcome.FAILED, "step 1 failed")
          .legStarts("chainfire-flaredb", 2)
          .stepStarts("chainfire-flaredb", 2, 1, FAILOVER_1.name())
          .passes("chainfire-flaredb", 2, 1, "failover", "a_leader_dies")
          .stepEnds("chainfire-flaredb", 2, 1, Outcome.PASSED, "")
          .stepStarts("chainfire-flaredb", 2, 2, FAILOVER_2.name())
          .stepEnds("chainfire-flaredb", 2, 2, Outcome.PASSED, "")
          .legEnds("chainfire-flaredb", 2, Outcome.PASSED, "")
          .ends();
    }
  },
  INTERRUPTED {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN, E2E_OFF, FAILOVER, QUOTA)
          .good("flaredb-plasmavmc", DURABLE)
          .legStarts("chainfire-flaredb", 1)
          .stepStarts("chainfire-flaredb", 1, 1, FAILOVER_1.name())
          .passes("chainfire-flaredb", 1, 1, "failover", "a_leader_dies")
          .add(70_000, new Event.StopRequested("Ctrl-C"))
          .stepEnds("chainfire-flaredb", 1, 1, Outcome.INTERRUPTED, "stopped by Ctrl-C")
          .legEnds("chainfire-flaredb", 1, Outcome.INTERRUPTED, "stopped by Ctrl-C")
          .ends();
    }
  },
  CUT_OFF {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN, FAILOVER)
          .legStarts("chainfire-flaredb", 1)
          .stepStarts("chainfire-flaredb", 1, 1, FAILOVER_1.name())
          .passes("chainfire-flaredb", 1, 1, "failover", "a_leader_dies");
    }
  },
  PROBLEM {
    @Override
    Story story() {
      return Story.begin(Start.PLAIN, FAILOVER)
          .good("chainfire-flaredb", FAILOVER_1, FAILOVER_2)
          .add(1, new Event.Problem("the guardian was lost"))
          .ends();
    }
  },
  DRY {
    @Override
    Story story() {
      return Story.begin(
              Start.PLAIN.onlyDry().toggle("SKIP_PLASMA", "1", "environment"),
              FAILOVER,
              E2E_OFF,
              SKIPPED,
              TENANTS)
          .add(1, dry("flaredb-plasmavmc", 1, "cargo test -p plasmavmc --test durable"))
          .add(1, dry("chainfire-flaredb", 1, "cargo test -p flaredb --test failover"))
          .add(1, dry("chainfire-flaredb", 1, "curl -fsS http://127.0.0.1:7000/members"))
          .add(1, dry("chainfire-flaredb", 2, "depends on the answer of GET /members"))
          .ends();
    }
  };

  static final PlannedStep FAILOVER_1 = step(1, "the cluster fails over");
  static final PlannedStep FAILOVER_2 = step(2, "reads stay linearizable");
  static final PlannedStep DURABLE = step(1, "metadata survives the switch");
  static final PlannedStep VM =
      new PlannedStep(1, "a real VM boots", "run", "no proven KVM: /dev/kvm isn't there", false);
  static final PlannedLeg FAILOVER =
      leg(
          "chainfire-flaredb",
          "Raft + gossip cluster, write/read with failover",
          "run",
          "",
          FAILOVER_1,
          FAILOVER_2);
  static final PlannedLeg E2E_OFF =
      leg(
          "flaredb-plasmavmc",
          "VM metadata durability across a leader switch",
          "run",
          "",
          DURABLE,
          off(2, "a real VM boots", "waits for PLASMA_E2E=1"));
  static final PlannedLeg E2E =
      leg("flaredb-plasmavmc", "VM metadata durability across a leader switch", "run", "", VM);
  static final PlannedLeg QUOTA =
      leg(
          "plasmavmc-creditservice",
          "Admission control under contention",
          "run",
          "",
          step(1, "nobody overspends"));
  static final PlannedLeg SKIPPED =
      leg(
          "plasmavmc-creditservice",
          "Admission control under contention",
          "skip",
          "SKIP_PLASMA=1",
          step(1, "nobody overspends"));
  static final PlannedLeg TENANTS =
      leg(
          "tenant-loop",
          "Tenant loop with FiberLB and FlashDNS",
          "planned",
          "not approved yet; TENANT_LOOP=1 runs it");

  abstract Story story();

  List<Entry> entries() {
    return story().entries();
  }

  View view() {
    return View.of(entries());
  }

  private static Event dry(String leg, int step, String what) {
    return new Event.DryAction(leg, step, what);
  }
}
