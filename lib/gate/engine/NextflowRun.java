package gate.engine;

import gate.base.Reason;
import gate.kernel.process.Child;
import gate.kernel.process.Exit;
import gate.kernel.process.Guardian;
import gate.kernel.process.Spawn;
import gate.kernel.process.SpawnFailed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One run of a flow. {@link #run} is called once; {@link #stop} by any thread, at any time. */
public final class NextflowRun {
  /** Long enough to cancel what a cluster runs. */
  private static final Duration TO_CANCEL = Duration.ofSeconds(15);

  private static final long LOOK_MILLIS = 100;
  private static final int LAST_LINES = 5;
  private static final Pattern GREETING =
      Pattern.compile(" *(?:N E X T F L O W|Launching|-- Check) ");

  private final Nextflow nextflow;
  private final EngineFolder folder;
  private final List<String> legs;
  private final Talk talk;
  private final Set<Integer> brought = new HashSet<>();
  private long read;
  private Child child;
  private boolean stopped;

  /**
   * @param legs in the order of their processes
   */
  public NextflowRun(Nextflow nextflow, EngineFolder folder, List<String> legs) {
    this.nextflow = nextflow;
    this.folder = folder;
    this.legs = List.copyOf(legs);
    this.talk = new Talk(legs);
  }

  /**
   * Runs it to its end.
   *
   * @param guardian starts it
   * @param env what it gets, save what is Nextflow's own
   * @param config the user's; its executor and its terms
   * @param resumed whether it goes on with an earlier run in the same folder
   * @param look called again and again while it runs, by the thread that hears the news
   * @return what went wrong with the engine itself; empty: nothing. Whether a leg passed is not for
   *     the engine to say
   */
  public Optional<String> run(
      Guardian guardian,
      Map<String, String> env,
      Optional<Path> config,
      boolean resumed,
      Consumer<News> news,
      Runnable look) {
    try {
      Files.createDirectories(folder.temp());
      read = Files.exists(folder.out()) ? Files.size(folder.out()) : 0;
      started(guardian.spawn(spawn(env, config, resumed)));
      Optional<Exit> exit = Optional.empty();
      while (exit.isEmpty()) {
        exit = exit(child);
        look(news);
        look.run();
      }
      return exit.get().code().orElse(-1) == 0
          ? Optional.empty()
          : Optional.of("Nextflow ended with %s: %s".formatted(exit.get().describe(), lastWords()));
    } catch (SpawnFailed e) {
      return Optional.of(e.getMessage());
    } catch (IOException e) {
      return Optional.of("%s can't be written: %s".formatted(folder.path(), Reason.of(e)));
    }
  }

  /** Has it cancel what it runs, and end. */
  public synchronized void stop() {
    stopped = true;
    if (child != null) {
      child.end(TO_CANCEL);
    }
  }

  private synchronized void started(Child started) {
    child = started;
    if (stopped) {
      stop();
    }
  }

  private Spawn spawn(Map<String, String> env, Optional<Path> config, boolean resumed) {
    List<String> argv = new ArrayList<>(nextflow.command(folder.temp()));
    argv.addAll(List.of("-log", folder.log().toString(), "run", folder.flow().toString()));
    argv.addAll(List.of("-ansi-log", "false"));
    config.ifPresent(file -> argv.addAll(List.of("-c", file.toString())));
    if (resumed) {
      argv.add("-resume");
    }
    argv.addAll(List.of("--part", folder.part().toString(), "--parts", folder.parts().toString()));
    argv.addAll(List.of("--work", folder.work().toString()));
    return new Spawn(
        "nextflow",
        argv,
        env(env),
        folder.path(),
        folder.out(),
        Optional.empty(),
        Optional.empty());
  }

  private Map<String, String> env(Map<String, String> env) {
    Map<String, String> all = new TreeMap<>(env);
    all.keySet().removeIf(name -> name.startsWith("NXF_") && !name.equals("NXF_PLUGINS_DIR"));
    all.remove("GITHUB_STEP_SUMMARY"); // the run as a whole has one
    all.put("NXF_WORK", folder.work().toString()); // a config's `workDir` wins
    all.put("NXF_HOME", folder.home().toString());
    all.put("NXF_TEMP", folder.temp().toString());
    all.put("NXF_OFFLINE", "true");
    all.put("NXF_DISABLE_CHECK_LATEST", "true");
    return all;
  }

  private static Optional<Exit> exit(Child child) {
    try {
      return Optional.of(child.exit().get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException lost ? lost : new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts this thread
    }
  }

  private void look(Consumer<News> news) throws IOException {
    lines().forEach(line -> talk.of(line).ifPresent(news));
    IntStream.rangeClosed(1, legs.size())
        .filter(number -> !brought.contains(number))
        .filter(number -> there(number))
        .forEach(number -> {
          brought.add(number);
          news.accept(new News.Ended(legs.get(number - 1)));
        });
  }

  private boolean there(int number) {
    return Files.exists(folder.brought(number, "leg_%d.outcome".formatted(number)));
  }

  /** Whole lines that are new. */
  private List<String> lines() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.out().toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(file.length() - read, 1 << 20)];
      file.seek(read);
      file.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      read += end;
      return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
    }
  }

  private String lastWords() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(folder.out()), StandardCharsets.UTF_8)
              .lines()
              .filter(it -> !it.isBlank() && !GREETING.matcher(it).lookingAt())
              .map(it -> it.replaceFirst("^ERROR ~ ", ""))
              .toList();
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
