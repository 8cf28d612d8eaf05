package gate.kernel.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The C library's functions for processes, on 64-bit Linux with glibc.
 *
 * <p>All of them go through one method handle of six longs, since every further shape would cost
 * the guardian's start some milliseconds. On x86-64, AArch64 and RISC-V integers and pointers
 * travel in registers, six of them at least, and a function doesn't look at those it has no
 * parameter for; of an {@code int} only the lower half counts, in either direction. For the same
 * reason native memory is direct buffers here: the layouts' VarHandles are slow to set up.
 *
 * <p>Nothing asks for {@code errno}; where it matters, the calls below are such that a failure has
 * one meaning only. Safe for use by several threads, as far as the buffers handed in are not
 * shared.
 */
@SuppressWarnings("restricted")
final class Libc {
  static final int WAIT_NO_HANG = 1;
  static final int WAIT_EXITED = 4;
  static final int WAIT_LEAVE = 0x0100_0000; // WNOWAIT
  private static final int WAIT_ALL = 0x4000_0000; // __WALL: also children that tell nobody
  static final int OPEN_READ = 0;
  static final int OPEN_PIPE = 02 | noFollow(); // for reading too, so that nobody is waited for
  static final int OPEN_APPEND = 01 | 0100 | 02000 | noFollow();

  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int SYS_PIDFD_SEND_SIGNAL = 424;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int P_ALL = 0;
  private static final int RLIMIT_LOCKS = 10;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private static final SymbolLookup SYMBOLS = Linker.nativeLinker().defaultLookup();
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG));

  private static final MemorySegment OPEN = find("open");
  private static final MemorySegment READ = find("read");
  private static final MemorySegment CLOSE = find("close");
  private static final MemorySegment GETSID = find("getsid");
  private static final MemorySegment KILL = find("kill");
  private static final MemorySegment WAITID = find("waitid");
  private static final MemorySegment WAITPID = find("waitpid");
  private static final MemorySegment PRCTL = find("prctl");
  private static final MemorySegment SYSCALL = find("syscall");

  private Libc() {}

  /** Whether a function of that name is there. */
  static boolean has(String name) {
    return SYMBOLS.find(name).isPresent();
  }

  static MemorySegment find(String name) {
    return SYMBOLS
        .find(name)
        .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
  }

  static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(function, a, b, c, d, e, f);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  static int call(MemorySegment function, long a, long b, long c) {
    return (int) call(function, a, b, c, 0, 0, 0);
  }

  /** Native memory, zeroed. */
  static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Where that memory is; the buffer has to be kept as long as the address is used. */
  static long address(ByteBuffer memory) {
    return MemorySegment.ofBuffer(memory.duplicate().clear()).address();
  }

  static int pid() {
    return call(find("getpid"), 0, 0, 0);
  }

  /** The session of a process: 0 for the kernel's own, -1 where there is no such process. */
  static int session(int pid) {
    return call(GETSID, pid, 0, 0);
  }

  static boolean becomeSubreaper() {
    return call(PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0) == 0;
  }

  static boolean becomeSessionLeader() {
    return call(find("setsid"), 0, 0, 0) >= 0;
  }

  static void ignore(int signal) {
    call(find("signal"), signal, SIG_IGN, 0);
  }

  static void useDefault(int signal) {
    call(find("signal"), signal, SIG_DFL, 0);
  }

  /** The hard limit of file locks, which Linux has ignored since 2.4.25 and still hands down. */
  static long lockLimit() {
    ByteBuffer limits = memory(16);
    return call(find("getrlimit"), RLIMIT_LOCKS, address(limits), 0) == 0 ? limits.getLong(8) : 0;
  }

  static boolean setLockLimit(long value) {
    ByteBuffer limits = memory(16).putLong(0, value).putLong(8, value);
    return call(find("setrlimit"), RLIMIT_LOCKS, address(limits), 0) == 0;
  }

  /**
   * {@code waitid(P_ALL, …)}: 0, or -1 when there is no child (or, without {@link #WAIT_NO_HANG},
   * when a signal came between).
   *
   * @param info memory for a siginfo_t, or 0
   */
  static int waitForAny(long info, int options) {
    return (int) call(WAITID, P_ALL, 0, info, options | WAIT_ALL, 0, 0);
  }

  /** Takes the exit status of this one child, if it has ended. */
  static boolean reap(int pid) {
    return call(WAITPID, pid, 0, WAIT_NO_HANG | WAIT_ALL) == pid;
  }

  static void kill(int pid, int signal) {
    call(KILL, pid, signal, 0);
  }

  /**
   * A descriptor for the process that has this pid now; -1 when there is none, or on an old kernel.
   */
  static int openProcess(int pid) {
    return call(SYSCALL, SYS_PIDFD_OPEN, pid, 0);
  }

  static void signalProcess(int descriptor, int signal) {
    call(SYSCALL, SYS_PIDFD_SEND_SIGNAL, descriptor, signal, 0, 0, 0);
  }

  static int open(long path) {
    return call(OPEN, path, OPEN_READ, 0);
  }

  static int read(int descriptor, long memory, int length) {
    return call(READ, descriptor, memory, length);
  }

  static void close(int descriptor) {
    call(CLOSE, descriptor, 0, 0);
  }

  /** Lets one descriptor mean what another one means. */
  static void redirect(int descriptor, int other) {
    call(find("dup2"), other, descriptor, 0);
  }

  /** Makes a named pipe for this user only. */
  static boolean makePipe(long path) {
    return call(find("mkfifo"), path, 0600, 0) == 0;
  }

  private static int noFollow() {
    return System.getProperty("os.arch").equals("aarch64") ? 0100000 : 0400000;
  }
}
