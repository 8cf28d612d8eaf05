package gate.engine;

import gate.host.Runner;
import gate.host.Runner.Call;
import gate.host.Runner.Ran;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Asks a Slurm for the jobs that work below a folder, and cancels them. */
final class Slurm {
  private static final Duration MOST = Duration.ofSeconds(30);

  /** Longer than Slurm's KillWait usually is, after which it ends a job the hard way. */
  private static final Duration TO_END = Duration.ofSeconds(90);

  private static final long LOOK_MILLIS = 500;

  private final Runner runner;
  private final Path work;

  /**
   * @param work nobody but the flow works below it
   */
  Slurm(Runner runner, Path work) {
    this.runner = runner;
    this.work = work;
  }

  /** It can't be asked, or doesn't do it. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String why) {
      super(why);
    }
  }

  /** The ids of those that wait, run or are about to end, each with its folder. */
  Map<String, String> jobs() throws Failed {
    Path out = answered("squeue", runner::folder).resolve("squeue");
    // Through a file: of a large cluster it is long.
    asked(
        "squeue",
        List.of("/bin/sh", "-c", "exec squeue --me -h -o '%A %Z' >\"$0\"", out.toString()));
    try (Stream<String> lines = Files.lines(out)) {
      String below = work.toRealPath() + "/";
      Map<String, String> jobs = new LinkedHashMap<>();
      lines
          .map(line -> line.strip().split(" ", 2))
          .filter(job -> job.length == 2 && job[0].matches("\\d+"))
          .filter(job -> job[1].startsWith(below) || job[1].startsWith(work + "/"))
          .forEach(job -> jobs.put(job[0], job[1]));
      return jobs;
    } catch (IOException e) {
      throw new Failed("squeue's answer can't be read: " + e.getMessage());
    }
  }

  /** Cancels them, and waits until none of them writes anything more. */
  void cancel(Map<String, String> jobs) throws Failed {
    List<String> argv = new ArrayList<>(List.of("scancel"));
    argv.addAll(jobs.keySet());
    asked("scancel", argv);
    long deadline = System.nanoTime() + TO_END.toNanos();
    for (Map<String, String> left = jobs(); !left.isEmpty(); left = jobs()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new Failed("cancelled, but not gone after %d s".formatted(TO_END.toSeconds()));
      }
      pause();
    }
  }

  private void asked(String program, List<String> argv) throws Failed {
    Ran ran = answered(program, () -> runner.run(new Call(argv, runner.folder(), "", MOST)));
    if (!ran.ok()) {
      throw new Failed("`%s` can't be asked: %s".formatted(program, ran.complaint()));
    }
  }

  private static <T> T answered(String program, Supplier<T> question) throws Failed {
    try {
      return question.get();
    } catch (Refused e) {
      throw new Failed("`%s` can't be asked: %s".formatted(program, e.getMessage()));
    }
  }

  private static void pause() throws Failed {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("was interrupted");
    }
  }
}
