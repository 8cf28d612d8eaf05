package gate.kernel.process;

import gate.base.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts processes by way of a second JVM, the guardian, so that none can get away: whatever is
 * started below it, directly or not, stays below it however it hides, and is ended with it. When
 * the gate dies, the guardian ends them; when the guardian dies, the gate does.
 *
 * <p>One guardian serves one leg at a time, so that all below it belongs to that leg. Several live
 * side by side and don't touch one another's processes. Safe for use by several threads, except for
 * those that run what hangs on {@link Child#exit}.
 */
public final class Guardian implements AutoCloseable {
  private static final Duration LAST_GRACE = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration TO_END = Duration.ofSeconds(1);
  private static final Set<Long> LIVING = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final WireOut out;
  private final WireIn in;
  private final Thread reader;
  private final CompletableFuture<Long> mark = new CompletableFuture<>();

  // Guarded by `lock`, as is writing to `out`.
  private final Object lock = new Object();
  private final Map<Integer, StartedChild> children = new HashMap<>();
  private final Map<Integer, CompletableFuture<Answer>> questions = new HashMap<>();
  private final SentEnvironment sent = new SentEnvironment();
  private int last;

  /** Nothing is below the guardian, nor can be until something is spawned again. */
  private boolean bare = true;

  private GuardianLost lost;
  private boolean closed;

  /** Why it was killed, where we did it. */
  private volatile String why;

  private sealed interface Answer {
    record Spawned(long pid) implements Answer {}

    record Failed(String why) implements Answer {}

    record Survivors(List<Survivor> list) implements Answer {}
  }

  private interface Fields {
    void write(WireOut out) throws IOException;
  }

  private Guardian(Process process) {
    this.process = process;
    this.out = new WireOut(process.getOutputStream());
    this.in = new WireIn(process.getInputStream());
    LIVING.add(process.pid());
    this.reader = new Thread(this::read, "guardian " + process.pid());
    reader.setDaemon(true);
    try {
      reader.start();
    } catch (OutOfMemoryError noThread) {
      LIVING.remove(process.pid());
      process.destroyForcibly();
      throw noThread;
    }
  }

  /** Starts a guardian; what it has to say about itself is discarded. */
  public static Guardian start() {
    return start(Path.of("/dev/null"));
  }

  /** The same for a run, whose guardians share a mark; see {@link #mark}. */
  public static Guardian start(long mark) {
    return start(Path.of("/dev/null"), mark);
  }

  /**
   * A number that no other run has, for {@link #start(long)}: by it {@link Marked} finds the run's
   * processes when gate and guardians are dead. 0 where this platform has no marks.
   */
  public static long mark() {
    return Mark.fresh();
  }

  /**
   * Starts a guardian, and returns before it is up: the first {@link #spawn} waits for it.
   *
   * @param log takes what a guardian has to say about itself, which is nothing unless it breaks
   * @throws GuardianLost when its JVM can't be started
   */
  public static Guardian start(Path log) {
    return start(log, mark());
  }

  private static Guardian start(Path log, long mark) {
    Aside.run("platform", Platform::whole); // takes a while
    try {
      return new Guardian(GuardianCommand.start(log, mark));
    } catch (IOException e) {
      throw new GuardianLost("the guardian couldn't be started: " + Reason.of(e));
    }
  }

  /** What can't be promised on this platform, in one sentence; empty on Linux with glibc. */
  public static Optional<String> limits() {
    return Platform.limits();
  }

  /** The guardian's own process. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still takes orders. */
  public boolean alive() {
    synchronized (lock) {
      return lost == null && !closed && process.isAlive();
    }
  }

  /**
   * Starts a process; returns when it exists.
   *
   * @throws SpawnFailed when it can't be started
   * @throws GuardianLost when the guardian died, or was closed
   */
  public Child spawn(Spawn spec) throws SpawnFailed {
    Platform.whole(); // the gate has to be a subreaper before there is anything to lose
    MaskedLogs logs = MaskedLogs.of(spec);
    try {
      Child child =
          spawn(Order.of(logs.spawn(), logs.pipes()), new StartedChild(spec.id(), this, logs));
      logs.opened();
      return child;
    } catch (SpawnFailed | RuntimeException e) {
      logs.close();
      throw e;
    }
  }

  private Child spawn(Order order, StartedChild child) throws SpawnFailed {
    Answer answer = ask(Wire.SPAWN, ANSWER, wire -> order.write(wire, sent), child);
    return switch (answer) {
      case Answer.Spawned spawned -> child.started(spawned.pid());
      case Answer.Failed failed -> throw new SpawnFailed(failed.why());
      case Answer.Survivors _ -> throw broken("survivors where a process was asked for");
    };
  }

  /**
   * Looks for processes that outlived what they belong to: those that are neither a child that
   * still runs, nor below one, nor in the session of one. Waits up to {@code grace} for them to
   * leave by themselves, then names and kills the rest. Costs little when there is nothing.
   *
   * @return those that had to be killed; empty: nothing leaked
   * @throws GuardianLost when the guardian died, or was closed
   */
  public List<Survivor> sweep(Duration grace) {
    return survivors(Wire.SWEEP, grace);
  }

  /**
   * Ends everything: SIGTERM, and SIGKILL after the grace; with no grace, SIGKILL at once. The
   * guardian stays usable.
   *
   * @return the processes that {@link #sweep} would have looked for, before or after the grace, and
   *     those that couldn't be ended
   * @throws GuardianLost when the guardian died, or was closed
   */
  public List<Survivor> clear(Duration grace) {
    return survivors(Wire.CLEAR, grace);
  }

  /** Clears with half a second of grace, ends the guardian and waits for it. Can be repeated. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
    }
    try {
      clear(LAST_GRACE);
    } catch (GuardianLost e) {
      // cleared already
    }
    synchronized (lock) {
      closed = true;
      try {
        out.close(); // it takes the end of its orders for its own end
      } catch (IOException e) {
        // it is dead already
      }
    }
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        if (!reader.join(CLOSING)) {
          kill("would not end");
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Survivor> survivors(int kind, Duration grace) {
    refuseReader();
    synchronized (lock) {
      if (bare && lost == null && !closed) {
        return List.of();
      }
    }
    Answer answer = ask(kind, ANSWER.plus(grace), wire -> wire.writeLong(grace.toNanos()), null);
    return switch (answer) {
      case Answer.Survivors survivors -> survivors.list();
      case Answer.Spawned _, Answer.Failed _ ->
          throw broken("no survivors where they were asked for");
    };
  }

  void end(int id, Duration grace) {
    synchronized (lock) {
      if (lost == null && !closed) {
        send(Wire.END, id, wire -> wire.writeLong(grace.toNanos()));
      }
    }
  }

  private void refuseReader() {
    if (Thread.currentThread() == reader) {
      throw new IllegalStateException(
          "the guardian can't be called by what hangs on Child.exit(): use its …Async methods");
    }
  }

  /** Sends a question and waits for its answer. */
  private Answer ask(int kind, Duration most, Fields fields, StartedChild child) {
    refuseReader();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    synchronized (lock) {
      if (lost != null) {
        throw new GuardianLost(lost.getMessage());
      }
      if (closed) {
        throw new GuardianLost("the guardian (pid " + pid() + ") was closed");
      }
      int id = ++last;
      questions.put(id, answer);
      if (child != null) {
        bare = false;
        child.number(id);
        children.put(id, child);
      }
      send(kind, id, fields);
    }
    return await(answer, most);
  }

  private void send(int kind, int id, Fields fields) {
    try {
      out.writeByte(kind);
      out.writeInt(id);
      fields.write(out);
      out.flush();
    } catch (IOException e) { // the reader sees its end, and settles everything
      if (!endsByItself()) {
        kill("could no longer be reached");
      }
    }
  }

  /** Mostly it is dead, and how it died tells more. */
  private boolean endsByItself() {
    try {
      return process.waitFor(TO_END.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  private Answer await(CompletableFuture<Answer> answer, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // an order that is out has to be seen through
        } catch (TimeoutException e) {
          kill("gave no answer and was ended");
          deadline = System.nanoTime() + Duration.ofDays(1).toNanos();
        } catch (ExecutionException e) {
          throw new GuardianLost(e.getCause().getMessage());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private GuardianLost broken(String what) {
    kill("gave a wrong answer (" + what + ") and was ended");
    return new GuardianLost("the guardian (pid " + pid() + ") " + why);
  }

  /** Kills the guardian itself; the streams stay open, so that the reader meets their end. */
  private void kill(String why) {
    this.why = why;
    process.toHandle().destroyForcibly();
  }

  private void read() {
    try {
      while (true) {
        take(in.readByte(), in.readInt());
      }
    } catch (EOFException e) {
      // its exit value tells why
    } catch (IOException | RuntimeException e) {
      kill("made no sense (" + e + ") and was ended");
    } catch (OutOfMemoryError e) {
      kill("was ended, as the machine has no room for more (" + e.getMessage() + ")");
    }
    lose();
  }

  private void take(int kind, int id) throws IOException {
    switch (kind) {
      case Wire.HELLO -> mark.complete(in.readLong());
      case Wire.SPAWNED -> {
        long pid = in.readLong();
        answer(id, new Answer.Spawned(pid));
      }
      case Wire.FAILED -> {
        String why = in.readText();
        synchronized (lock) {
          children.remove(id);
        }
        answer(id, new Answer.Failed(why));
      }
      case Wire.SURVIVORS -> answer(id, new Answer.Survivors(Wire.readSurvivors(in)));
      case Wire.EXITED -> {
        boolean signal = in.readBoolean();
        int value = in.readInt();
        exited(id, signal ? Exit.ofSignal(value) : Exit.ofCode(value), in.readBoolean());
      }
      default -> throw new IOException("an unknown message: " + kind);
    }
  }

  private void exited(int id, Exit exit, boolean nothingLeft) {
    StartedChild child;
    synchronized (lock) {
      child = children.remove(id);
      bare = nothingLeft && children.isEmpty();
    }
    child.exited(exit);
  }

  private void answer(int id, Answer answer) {
    CompletableFuture<Answer> question;
    synchronized (lock) {
      question = questions.remove(id);
    }
    if (question != null) {
      question.complete(answer);
    }
  }

  /** The guardian is dead: clears after it, and then tells who waits. */
  private void lose() {
    int value = exitValue();
    LIVING.remove(process.pid());
    List<Survivor> left = clearOrphans();
    List<StartedChild> pending;
    List<CompletableFuture<Answer>> open;
    GuardianLost told;
    synchronized (lock) {
      told = new GuardianLost(message(value, left));
      lost = told;
      pending = List.copyOf(children.values());
      open = List.copyOf(questions.values());
      children.clear();
      questions.clear();
    }
    open.forEach(question -> question.completeExceptionally(told));
    pending.forEach(child -> child.lost(told));
  }

  private String message(int value, List<Survivor> left) {
    String how = why;
    if (closed) {
      how = "was closed";
    } else if (how == null) {
      how =
          value > 128
              ? "was " + Exit.ofSignal(value - 128).describe()
              : "ended unasked with " + Exit.ofCode(value).describe();
      if (value == GuardianMain.NO_ROOM || value == 1 && !mark.isDone()) { // 1 is java's own
        how +=
            ", as where a machine has no room for more: end other programs, or raise `ulimit -u`";
      }
    }
    return "the guardian (pid "
        + pid()
        + ") "
        + how
        + (left.isEmpty()
            ? "; every process that it had started has been ended"
            : "; of what it had started these could not be ended: " + left);
  }

  private int exitValue() {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // this thread is nobody's to interrupt, and has nothing better to do
      }
    }
  }

  private List<Survivor> clearOrphans() {
    if (!mark.isDone()) {
      return List.of(); // it never got as far as to start anything
    }
    if (Platform.whole()) {
      try {
        return new Orphans(mark.join() != Mark.NONE, LIVING).clear();
      } catch (IllegalStateException e) { // too many open files, say
        return List.of(new Survivor(0, "[whatever it is: " + e.getMessage() + "]"));
      }
    }
    List<ProcessHandle> handles;
    synchronized (lock) {
      handles = children.values().stream().flatMap(child -> child.handle().stream()).toList();
    }
    handles.stream().flatMap(ProcessHandle::descendants).forEach(ProcessHandle::destroyForcibly);
    handles.forEach(ProcessHandle::destroyForcibly);
    return List.of();
  }
}
