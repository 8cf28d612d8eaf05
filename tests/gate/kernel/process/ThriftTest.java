package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A guardian is thrifty")
@EnabledOnOs(OS.LINUX)
class ThriftTest {
  @TempDir Path folder;

  @Test
  @DisplayName(
      "1,000 processes, one after another and each swept after, leave no descriptor or thread")
  void leavesNothingBehind() throws Exception {
    Ground ground = new Ground(folder);
    try (Guardian guardian = Guardian.start()) {
      run(guardian, ground, 100);
      int descriptors = count(guardian, "fd");
      int threads = count(guardian, "task");
      int own = new File("/proc/self/fd").list().length;
      long start = System.nanoTime();
      run(guardian, ground, 1000);
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      assertThat(count(guardian, "fd")).isEqualTo(descriptors);
      assertThat(count(guardian, "task")).isLessThanOrEqualTo(threads + 2);
      assertThat(new File("/proc/self/fd").list().length).isLessThanOrEqualTo(own + 5);
      // About 0.8 s on two idle cores; what is held here is that nothing waits or polls.
      assertThat(taken).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Test
  @DisplayName("with many threads that start, end and sweep at the same time")
  void manyThreads() throws Exception {
    Ground ground = new Ground(folder);
    try (Guardian guardian = Guardian.start();
        ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> codes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Spawn spawn = ground.spawn("sh", "-c", "exit " + i % 100);
        boolean endless = i % 5 == 0;
        codes.add(
            pool.submit(() -> {
              if (endless) {
                Child child = guardian.spawn(ground.spawn("sleep", "60"));
                child.end(Duration.ofSeconds(5));
                assertThat(Ground.end(child).describe()).isEqualTo("killed by SIGTERM (15)");
                guardian.sweep(Duration.ofSeconds(5));
              }
              return Ground.end(guardian.spawn(spawn)).code().orElse(-1);
            }));
      }
      for (int i = 0; i < codes.size(); i++) {
        assertThat(codes.get(i).get()).isEqualTo(i % 100);
      }
      assertThat(guardian.clear(Duration.ZERO)).isEmpty();
    }
  }

  @ParameterizedTest(
      name = "with an AOT cache that is {0}: it starts without one, and says nothing")
  @ValueSource(strings = {"missing", "broken"})
  void startsWithoutAot(String state) throws Exception {
    Ground ground = new Ground(folder);
    Path cache = folder.resolve("cache.aot");
    if (state.equals("broken")) {
      Files.writeString(cache, "no cache");
    }
    System.setProperty(GuardianCommand.AOT, cache.toString());
    try (Guardian guardian = Guardian.start(folder.resolve("guardian.log"))) {
      assertThat(Ground.end(guardian.spawn(ground.spawn("true"))).ok()).isTrue();
    } finally {
      System.clearProperty(GuardianCommand.AOT);
    }
    assertThat(folder.resolve("guardian.log")).isEmptyFile();
  }

  private static void run(Guardian guardian, Ground ground, int times) throws SpawnFailed {
    for (int i = 0; i < times; i++) {
      assertThat(Ground.end(guardian.spawn(ground.spawn("true"))).ok()).isTrue();
      assertThat(guardian.sweep(Duration.ofSeconds(1))).isEmpty();
    }
  }

  private static int count(Guardian guardian, String what) {
    return new File("/proc/" + guardian.pid() + "/" + what).list().length;
  }
}
