package gate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import gate.host.Runner;
import gate.kernel.Leftovers.Told;
import gate.plan.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a lost head left on a cluster")
class LostJobsTest {
  private static final String SLURM = "#!/bin/bash\n#SBATCH -J nf-leg_1_(a)\n";

  @TempDir Path temp;
  private EngineFolder engine;
  private Path task;
  private final List<List<String>> asked = new ArrayList<>();
  private final List<String> queue = new ArrayList<>();
  private boolean there = true;
  private boolean lost;
  private boolean full;

  @BeforeEach
  void flow() throws IOException {
    engine = new EngineFolder(temp.toRealPath().resolve("engine"));
    task = Files.createDirectories(engine.work().resolve("ab/cdef"));
  }

  /** A Slurm whose jobs end when they are cancelled. */
  private final class Cluster implements Runner {
    @Override
    public Ran run(Call call) {
      asked.add(call.argv());
      if (lost) {
        throw new Refused("the host can't be asked: the guardian (pid 7) was killed by SIGKILL");
      }
      if (!there) {
        return new Ran(Optional.of(127), "exit code 127", "", "squeue: not found");
      }
      if (call.argv().getFirst().equals("scancel")) {
        queue.removeIf(it -> call.argv().contains(it.split(" ")[0]));
      } else {
        write(Path.of(call.argv().getLast()), String.join("\n", queue));
      }
      return new Ran(Optional.of(0), "exit code 0", "", "");
    }

    @Override
    public Path folder() {
      if (full) {
        throw new Refused("cannot make a temporary folder in /tmp: No space left on device");
      }
      return temp;
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handed(String log) {
    write(engine.log(), log + "\n");
  }

  private Told end(boolean really) {
    return LostJobs.end(engine, Cluster::new, really);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void is_cancelled_where_it_works_in_the_flow_s_folder_and_nothing_else_is(boolean really) {
    write(task.resolve(".command.run"), SLURM);
    queue.addAll(
        List.of("7 " + task, "8 " + engine.work() + "-other/ab/cdef", "9 /home/me", "10 "));
    Told told = end(really);
    assertThat(told.cleared()).singleElement().asString().startsWith("Slurm's job 7 (");
    assertThat(told.failed()).isEmpty();
    assertThat(queue).hasSize(really ? 3 : 4);
    assertThat(asked.contains(List.of("scancel", "7"))).isEqualTo(really);
  }

  @Test
  void is_nobody_s_concern_where_its_job_came_to_its_end() {
    write(task.resolve(".command.run"), SLURM);
    write(task.resolve(".exitcode"), "0");
    assertThat(end(true)).isEqualTo(new Told(List.of(), List.of()));
    assertThat(asked).isEmpty();
  }

  @Test
  void is_nothing_where_all_ran_on_this_machine() {
    write(task.resolve(".command.run"), "#!/bin/bash\n# NEXTFLOW TASK: leg_1 (a)\n");
    assertThat(end(true)).isEqualTo(new Told(List.of(), List.of()));
    assertThat(asked).isEmpty();
  }

  @Test
  void is_told_with_the_command_that_cancels_it_where_slurm_cannot_be_asked() {
    write(task.resolve(".command.run"), SLURM);
    handed("x [SLURM] submitted process leg_1 (a) > jobId: 7; workDir: " + task);
    there = false;
    assertThat(end(true).failed())
        .singleElement()
        .asString()
        .contains("`squeue` can't be asked: squeue: not found", "`scancel 7`", task.toString());
  }

  @Test
  void is_told_in_the_same_way_where_who_asks_it_is_lost() {
    write(task.resolve(".command.run"), SLURM);
    handed("x [SLURM] submitted process leg_1 (a) > jobId: 7; workDir: " + task);
    lost = true;
    assertThat(end(true).failed())
        .singleElement()
        .asString()
        .contains("`squeue` can't be asked: the host can't", "SIGKILL", "`scancel 7`");
    full = true;
    assertThat(end(true).failed())
        .singleElement()
        .asString()
        .contains("`squeue` can't be asked: cannot make", "No space", "`scancel 7`");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "[PBS] submitted process leg_1 (a) > jobId: 7.head; workDir: %s¦`qdel 7.head`",
        "[LSF] submitted process leg_1 (a) > jobId: 7; workDir: %s¦`bkill 7`",
        "[FLUX] submitted process leg_1 (a) > jobId: f7; workDir: %s¦`your cluster's command for"
            + " f7`",
        "[AWS BATCH] Process `leg_1 (a)` submitted > job=7-a; work-dir=s3://b/w¦terminate-job"
            + " --reason lost --job-id 7-a`",
      })
  void is_told_with_the_command_that_cancels_it_on(String log, String command) {
    write(task.resolve(".command.run"), "#!/bin/bash\n");
    handed("Nov-27 11:00:00.000 [t] DEBUG x - " + log.formatted(task));
    assertThat(end(true).failed()).singleElement().asString().contains(command);
    handed(log.formatted(task) + "\n> Execution complete -- Goodbye");
    assertThat(end(true).failed()).as("the engine ended by itself").isEmpty();
  }

  @Test
  void is_a_pod_by_its_name() {
    write(task.resolve(".command.run"), "#!/bin/bash\n");
    write(task.resolve(".command.yaml"), "metadata: {namespace: matrix, name: nf-abc-1}\n");
    handed("cut off");
    assertThat(end(true).failed())
        .singleElement()
        .asString()
        .contains("`kubectl delete pod nf-abc-1`");
  }
}
