package gate.kernel.process;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads {@code /proc} by plain system calls: a look at a hundred processes takes half a
 * millisecond. Each process that ends meanwhile is left out. Safe for use by several threads.
 */
final class Proc {
  private static final int COMMAND_SHOWN = 200;
  private static final int TORN_TRIES = 3;
  private static final int HUNTED = 24;

  private final ByteBuffer path = Libc.memory(64);
  private final ByteBuffer text = Libc.memory(4096);
  private final long pathAddress = Libc.address(path);
  private final long textAddress = Libc.address(text);
  private final byte[] bytes = new byte[4096];

  /** All processes, their parents consistent with one another as far as possible. */
  Processes look() {
    return look(0);
  }

  /**
   * The same without those of one session and those of none, which are the kernel's own; asking for
   * a session costs far less than reading a process's state.
   */
  Processes look(int session) {
    Processes processes = new Processes();
    String[] names = new File("/proc").list();
    if (names == null) {
      throw new IllegalStateException("cannot list /proc");
    }
    for (String name : names) {
      int pid = number(name);
      if (pid > 0 && session > 0 && isOf(session, pid)) {
        processes.leaveOut(pid);
        continue;
      }
      Stat stat = pid > 0 ? stat(pid) : null;
      if (stat != null) {
        processes.put(stat);
      }
    }
    mend(processes);
    return processes;
  }

  private static boolean isOf(int session, int pid) {
    int own = Libc.session(pid);
    return own == session || own == 0;
  }

  /**
   * A process whose parent ended during the look hangs in the air; by now it has a new parent. The
   * parent itself may just have started when the names were read, so it is looked for too.
   */
  private void mend(Processes processes) {
    for (int i = 0; i < TORN_TRIES; i++) {
      List<Stat> torn = processes.torn();
      if (torn.isEmpty()) {
        return;
      }
      for (Stat stat : torn) {
        Stat now = stat(stat.pid());
        if (now == null) {
          processes.remove(stat.pid());
          continue;
        }
        processes.put(now);
        Stat parent = processes.get(now.parent()) == null ? stat(now.parent()) : null;
        if (parent != null) {
          processes.put(parent);
        }
      }
    }
  }

  /** That process, or null where there is none. */
  synchronized Stat stat(int pid) {
    int length = read(pid, "/stat");
    return length > 0 ? Stat.parse(bytes, length) : null;
  }

  /** Whether that very process still runs. */
  boolean alive(Stat stat) {
    Stat now = stat(stat.pid());
    return stat.same(now) && now.alive();
  }

  /** Its hard limit of file locks; -1 where there is none or it can't be read. */
  synchronized long lockLimit(int pid) {
    int length = read(pid, "/limits");
    if (length <= 0) {
      return -1;
    }
    return Mark.limit(new String(bytes, 0, length, StandardCharsets.US_ASCII));
  }

  /** Whether it is a process's pid: a thread's id can be asked for like one, and has its parent. */
  synchronized boolean isProcess(int pid) {
    int length = read(pid, "/status");
    return length > 0
        && new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
            .contains("\nTgid:\t" + pid + "\n");
  }

  /** The pid given out last. */
  synchronized int newest() {
    int length = read("/proc/loadavg");
    int end = length;
    while (end > 0 && bytes[end - 1] <= ' ') {
      end--;
    }
    int start = end;
    while (start > 0 && bytes[start - 1] > ' ') {
      start--;
    }
    return length <= 0
        ? 0
        : number(new String(bytes, start, end - start, StandardCharsets.US_ASCII));
  }

  /** The process as a survivor, named by its command line. */
  Survivor name(Stat stat) {
    return new Survivor(stat.pid(), shown(command(stat)));
  }

  /** The same of one that SIGKILL didn't end in time. */
  Survivor nameStuck(Stat stat) {
    return new Survivor(stat.pid(), shown("[could not be ended] ".concat(command(stat))));
  }

  private synchronized String command(Stat stat) {
    int length = read(stat.pid(), "/cmdline");
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    if (length <= 0) {
      return "[" + stat.name() + "]";
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8).replace('\0', ' ');
  }

  /** Fit to be shown anywhere: whatever isn't a visible character is written as its number. */
  static String shown(String command) {
    StringBuilder shown = new StringBuilder();
    for (int at = 0; at < command.length(); ) {
      int c = command.codePointAt(at);
      at += Character.charCount(c);
      String next =
          visible(c) ? Character.toString(c) : String.format(c < 256 ? "\\x%02x" : "\\u{%x}", c);
      if (shown.length() + next.length() > COMMAND_SHOWN - 1 && at < command.length()
          || shown.length() + next.length() > COMMAND_SHOWN) {
        return shown.append('…').toString();
      }
      shown.append(next);
    }
    return shown.toString();
  }

  private static boolean visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /**
   * Sends a signal to that very process, never to one that has got its pid since: a descriptor
   * holds the process while its start time is compared.
   */
  void signal(Stat stat, int signal) {
    int descriptor = Libc.openProcess(stat.pid());
    if (descriptor < 0) {
      if (stat.same(stat(stat.pid()))) {
        Libc.kill(stat.pid(), signal); // a kernel before 5.3; otherwise it is gone
      }
      return;
    }
    try {
      if (stat.same(stat(stat.pid()))) {
        Libc.signalProcess(descriptor, signal);
      }
    } finally {
      Libc.close(descriptor);
    }
  }

  /**
   * Goes for a process that no look can catch, because it ends as soon as it has forked the next
   * one: that one has about the newest pid of all, and is a child of {@code reaper} at once. Only
   * for the children of this very process, whose pids nobody else can free.
   */
  void hunt(int reaper, Predicate<Stat> prey) {
    int newest = newest();
    for (int pid = newest; pid > newest - HUNTED && pid > 1; pid--) {
      Stat stat = stat(pid);
      if (stat != null
          && stat.parent() == reaper
          && stat.alive()
          && prey.test(stat)
          && isProcess(pid)) {
        Libc.kill(pid, Signals.KILL);
      }
    }
  }

  private int read(int pid, String file) {
    return read("/proc/".concat(Integer.toString(pid)).concat(file));
  }

  @SuppressWarnings("deprecation") // these are ASCII, and this is the fast way
  private int read(String file) {
    int length = file.length();
    file.getBytes(0, length, bytes, 0);
    bytes[length] = 0;
    path.put(0, bytes, 0, length + 1);
    int descriptor = Libc.open(pathAddress);
    if (descriptor < 0) {
      return -1;
    }
    int got = Libc.read(descriptor, textAddress, bytes.length);
    Libc.close(descriptor);
    if (got > 0) {
      text.get(0, bytes, 0, got);
    }
    return got;
  }

  private static int number(String digits) {
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
