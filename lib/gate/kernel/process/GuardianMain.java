package gate.kernel.process;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/**
 * The guardian's JVM. It obeys the orders on its standard input; when that ends, since the gate
 * closed it or died, it ends everything below it, and then itself.
 */
public final class GuardianMain {
  private static final Duration LAST_GRACE = Duration.ofMillis(300);
  private static final int DEFECT = 70;

  /** The exit code where the machine gives it no thread or memory any more. */
  static final int NO_ROOM = 71;

  private final WireIn in = new WireIn(new FileInputStream(FileDescriptor.in));
  private final WireOut out;
  private final Nest nest;
  private final SentEnvironment sent = new SentEnvironment();

  private GuardianMain(boolean whole, long wanted) throws IOException {
    out = new WireOut(messages(whole));
    Nest.Exits exits =
        new Nest.Exits() {
          @Override
          public void exited(int id, Exit exit, boolean last) {
            sendExit(id, exit, last);
          }
        };
    int gateSession = whole ? Libc.session(0) : 0;
    long mark = whole ? settle(wanted) : Mark.NONE;
    nest = whole ? new LinuxNest(exits, gateSession) : new PlainNest(exits);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread("end") {
              @Override
              public void run() {
                nest.clear(LAST_GRACE);
              }
            });
    hello(mark);
  }

  public static void main(String[] args) throws IOException {
    Thread.setDefaultUncaughtExceptionHandler(
        new Thread.UncaughtExceptionHandler() {
          @Override
          public void uncaughtException(Thread thread, Throwable defect) {
            defect.printStackTrace();
            Runtime.getRuntime()
                .halt(code(defect)); // rather dead, and cleared after, than half alive
          }
        });
    int code = 0;
    GuardianMain guardian = new GuardianMain(Platform.whole(), Long.parseLong(args[0]));
    try {
      guardian.serve();
    } catch (EOFException gateGone) {
      // the ordinary end
    } catch (IOException | RuntimeException | Error defect) {
      defect.printStackTrace();
      code = code(defect);
    }
    guardian.nest.clear(Duration.ZERO);
    Runtime.getRuntime().halt(code);
  }

  private static int code(Throwable defect) {
    return defect instanceof OutOfMemoryError ? NO_ROOM : DEFECT;
  }

  /** Standard output, which from now on nobody else can write to, not even a JVM that crashes. */
  private static OutputStream messages(boolean whole) throws IOException {
    System.setOut(System.err);
    if (!whole) {
      return new FileOutputStream(FileDescriptor.out);
    }
    OutputStream messages = new FileOutputStream("/proc/self/fd/1");
    Libc.redirect(1, 2);
    return messages;
  }

  /** Out of reach of the terminal, and marked. */
  private static long settle(long mark) {
    Libc.becomeSessionLeader();
    Libc.ignore(Signals.INT);
    Libc.ignore(Signals.HUP);
    Libc.useDefault(Signals.CHLD); // were it ignored, the kernel would reap in our place
    return mark != Mark.NONE && Libc.setLockLimit(mark) ? mark : Mark.NONE;
  }

  private void serve() throws IOException {
    while (true) {
      int kind = in.readByte();
      int id = in.readInt();
      switch (kind) {
        case Wire.SPAWN -> spawn(id, Order.read(in, sent));
        case Wire.END -> nest.end(id, Duration.ofNanos(in.readLong()));
        case Wire.SWEEP, Wire.CLEAR -> look(kind, id, Duration.ofNanos(in.readLong()));
        default -> throw new IOException("an unknown message: ".concat(Integer.toString(kind)));
      }
    }
  }

  private void spawn(int id, Order order) throws IOException {
    try {
      long pid = nest.spawn(id, order);
      synchronized (out) {
        head(Wire.SPAWNED, id);
        out.writeLong(pid);
        out.flush();
      }
    } catch (SpawnFailed e) {
      synchronized (out) {
        head(Wire.FAILED, id);
        out.writeText(e.getMessage());
        out.flush();
      }
    }
  }

  private void look(int kind, int id, Duration grace) {
    if (nest.empty()) {
      sendSurvivors(id, List.of());
      return;
    }
    Aside.run(
        "look " + id,
        () -> sendSurvivors(id, kind == Wire.SWEEP ? nest.sweep(grace) : nest.clear(grace)));
  }

  private void hello(long mark) {
    try {
      synchronized (out) {
        head(Wire.HELLO, 0);
        out.writeLong(mark);
        out.flush();
      }
    } catch (IOException gateGone) {
      // its orders end as well, which serve() sees
    }
  }

  private void sendExit(int id, Exit exit, boolean last) {
    boolean signal = exit.signal().isPresent();
    try {
      synchronized (out) {
        head(Wire.EXITED, id);
        out.writeBoolean(signal);
        out.writeInt(signal ? exit.signal().getAsInt() : exit.code().getAsInt());
        out.writeBoolean(last);
        out.flush();
      }
    } catch (IOException gateGone) {
      // its orders end as well, which serve() sees
    }
  }

  private void sendSurvivors(int id, List<Survivor> survivors) {
    try {
      synchronized (out) {
        head(Wire.SURVIVORS, id);
        Wire.writeSurvivors(out, survivors);
        out.flush();
      }
    } catch (IOException gateGone) {
      // its orders end as well, which serve() sees
    }
  }

  private void head(int kind, int id) throws IOException {
    out.writeByte(kind);
    out.writeInt(id);
  }
}
