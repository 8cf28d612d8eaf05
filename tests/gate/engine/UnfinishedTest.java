package gate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a lost head left unfinished")
class UnfinishedTest {
  private static final String REST = "0123456789abcdef01234567";

  @TempDir Path temp;

  private Path folder(String hash, String exit) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("engine/work/" + hash + REST));
    Files.writeString(folder.resolve(".exitcode"), exit);
    return folder;
  }

  private void setAside() throws IOException {
    Path journal = Files.writeString(temp.resolve("events.jsonl"), "");
    EngineFolder.of(temp).setAside(journal);
  }

  @Test
  void goes_with_its_exit_code_when_the_run_is_resumed_and_what_came_to_its_end_stays()
      throws Exception {
    Path cancelled = folder("aa/000001", "143");
    Path untold = folder("aa/000002", "0");
    Path failed = folder("bb/000003", "1");
    Path ended = folder("cc/000004", "0");
    Path kept = folder("cc/000005", "0");
    Path last = folder("dd/000006", "0");
    Path other = Files.createDirectories(temp.resolve("engine/work/stage-1/x"));
    Files.writeString(
        temp.resolve("engine/trace.txt"),
        """
        task_id\thash\tnative_id\tname\tstatus\texit
        3\tbb/000003\t7\tleg_3 (c)\tFAILED\t1
        4\tcc/000004\t8\tleg_4 (d)\tCOMPLETED\t0
        5\tcc/000005\t-\tleg_5 (e)\tCACHED\t0
        6\tdd/000006\t9\tleg_6 (f)\tCOMPLETED\t0
        """);
    setAside();
    assertThat(cancelled).doesNotExist();
    assertThat(untold).doesNotExist();
    assertThat(failed).doesNotExist();
    assertThat(ended.resolve(".exitcode")).exists();
    assertThat(kept.resolve(".exitcode")).exists();
    assertThat(last).as("Nextflow may not know of it").doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void goes_whole_where_nothing_tells_what_came_to_its_end() throws Exception {
    Path folder = folder("aa/000001", "0");
    setAside();
    assertThat(folder).doesNotExist();
  }
}
