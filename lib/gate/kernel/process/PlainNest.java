package gate.kernel.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The guardian with Java's own means, for every platform: it sees what is below it by parent, and
 * loses sight of what leaves its parent. See {@link Platform#limits}.
 */
final class PlainNest implements Nest {
  private static final Duration KILLING = Duration.ofSeconds(5);

  /** What was killed is gone by then, or is a zombie that whoever adopted it doesn't reap. */
  private static final Duration DYING = Duration.ofSeconds(1);

  private static final long LOOK_AGAIN_MILLIS = 10;

  private final Exits exits;
  private final Map<Integer, Process> running = new ConcurrentHashMap<>();

  PlainNest(Exits exits) {
    this.exits = exits;
  }

  @Override
  public long spawn(int id, Order order) throws SpawnFailed {
    String program = Commands.find(order);
    Commands.checkFiles(order);
    List<String> argv = new ArrayList<>(order.argv());
    argv.set(0, program);
    ProcessBuilder builder = new ProcessBuilder(argv).directory(new File(order.folder()));
    builder.environment().clear();
    builder.environment().putAll(order.env());
    builder.redirectInput(new File(order.in().isEmpty() ? "/dev/null" : order.in()));
    builder.redirectOutput(Redirect.appendTo(new File(order.out())));
    if (order.err().isEmpty()) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(Redirect.appendTo(new File(order.err())));
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw Commands.explain(order, program, errorNumber(e.getMessage()));
    }
    running.put(id, process);
    process
        .onExit()
        .thenAccept(ended -> {
          running.remove(id);
          exits.exited(id, exit(ended.exitValue()), false);
        });
    return process.pid();
  }

  /** Java gives a signal as 128 + its number; the few that end a process from outside are told. */
  private static Exit exit(int value) {
    return switch (value - 128) {
      case Signals.KILL, Signals.TERM -> Exit.ofSignal(value - 128);
      default -> Exit.ofCode(value);
    };
  }

  private static int errorNumber(String message) {
    int at = message == null ? -1 : message.lastIndexOf("error=");
    String digits = at < 0 ? "" : message.substring(at + "error=".length()).replaceAll("\\D.*", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  @Override
  public boolean empty() {
    return below().isEmpty();
  }

  @Override
  public void end(int id, Duration grace) {
    Process process = running.get(id);
    if (process != null) {
      List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
      tree.add(process.toHandle());
      Aside.run("end " + process.pid(), () -> end(tree, grace));
    }
  }

  private static void end(List<ProcessHandle> tree, Duration grace) {
    if (!grace.isZero()) {
      tree.forEach(ProcessHandle::destroy);
      await(tree, grace);
    }
    tree.stream().flatMap(ProcessHandle::descendants).toList().forEach(PlainNest::kill);
    tree.forEach(PlainNest::kill);
  }

  @Override
  public List<Survivor> sweep(Duration grace) {
    await(strays(), grace);
    List<ProcessHandle> strays = strays();
    List<Survivor> named = strays.stream().map(PlainNest::name).toList();
    strays.forEach(PlainNest::kill);
    await(strays, KILLING);
    return named;
  }

  @Override
  public List<Survivor> clear(Duration grace) {
    Map<Long, Survivor> named = new LinkedHashMap<>();
    strays().forEach(stray -> named.put(stray.pid(), name(stray)));
    if (!grace.isZero()) {
      List<ProcessHandle> below = below();
      below.forEach(ProcessHandle::destroy);
      await(below, grace);
      below.stream().filter(ProcessHandle::isAlive).forEach(PlainNest::kill);
      await(below, DYING); // also those whose parent has ended, which are below us no more
    }
    long deadline = System.nanoTime() + KILLING.toNanos();
    for (List<ProcessHandle> left = below(); !left.isEmpty(); left = below()) {
      if (System.nanoTime() - deadline >= 0) {
        left.forEach(stuck -> named.put(stuck.pid(), name(stuck)));
        break;
      }
      left.forEach(PlainNest::kill);
      await(left, Duration.ofMillis(LOOK_AGAIN_MILLIS));
    }
    return List.copyOf(named.values());
  }

  private static void kill(ProcessHandle handle) {
    handle.destroyForcibly();
  }

  private static Survivor name(ProcessHandle handle) {
    ProcessHandle.Info info = handle.info();
    String command = info.commandLine().or(info::command).orElse("[unknown]");
    return new Survivor(handle.pid(), Proc.shown(command));
  }

  private static List<ProcessHandle> below() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
  }

  private List<ProcessHandle> strays() {
    List<ProcessHandle> below =
        below(); // first: what is born meanwhile below what runs is no stray
    List<ProcessHandle> ofRunning =
        running.values().stream()
            .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()))
            .toList();
    return below.stream()
        .filter(handle -> !ofRunning.contains(handle))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private static void await(List<ProcessHandle> handles, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    for (ProcessHandle handle : handles) {
      while (handle.isAlive() && System.nanoTime() - deadline < 0) {
        try {
          TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts the guardian's threads", e);
        }
      }
    }
  }
}
