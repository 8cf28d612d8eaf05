package gate.kernel.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The gate's side of a child. Its number ties it to the guardian's messages. */
final class StartedChild implements Child {
  private final String id;
  private final Guardian guardian;
  private final MaskedLogs logs;
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();
  private volatile int number;
  private volatile long pid;
  private volatile Optional<ProcessHandle> handle = Optional.empty();

  StartedChild(String id, Guardian guardian, MaskedLogs logs) {
    this.id = id;
    this.logs = logs;
    this.guardian = guardian;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public CompletableFuture<Exit> exit() {
    return exit.copy();
  }

  @Override
  public Exit await() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new GuardianLost(e.getCause().getMessage());
    }
  }

  @Override
  public void end(Duration grace) {
    if (!exit.isDone()) {
      guardian.end(number, grace);
    }
  }

  void number(int number) {
    this.number = number;
  }

  StartedChild started(long pid) {
    this.pid = pid;
    if (!Platform.whole()) {
      handle = ProcessHandle.of(pid);
    }
    return this;
  }

  /** It has ended; that is told when its logs are whole. */
  void exited(Exit how) {
    if (logs.none()) {
      exit.complete(how);
    } else {
      Aside.run("end of " + id, () -> settle(how));
    }
  }

  private void settle(Exit how) {
    try {
      logs.drain();
      exit.complete(how);
    } catch (IOException e) {
      exit.completeExceptionally(new GuardianLost(e.getMessage()));
    }
  }

  void lost(GuardianLost why) {
    logs.close();
    exit.completeExceptionally(why);
  }

  /** The process as Java knows it, so that it can be ended without a guardian; fallback only. */
  Optional<ProcessHandle> handle() {
    return handle;
  }
}
