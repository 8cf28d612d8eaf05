package gate.kernel.process;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Starts a process by {@code posix_spawn}: in a session of its own, every signal at its default and
 * none blocked, its logs opened by itself, and no descriptor but 0, 1 and 2. Not safe for use by
 * several threads.
 */
final class Launcher {
  private static final int ATTRIBUTES = 1024; // glibc's is 336 bytes
  private static final int ACTIONS = 256; // glibc's is 80 bytes
  private static final int SIGNAL_SET = 128;
  private static final short FLAGS = 0x04 | 0x08 | 0x80; // SETSIGDEF, SETSIGMASK, SETSID
  private static final int LOG_MODE = 0644;

  private final MemorySegment spawn = Libc.find("posix_spawn");
  private final MemorySegment actionsInit = Libc.find("posix_spawn_file_actions_init");
  private final MemorySegment actionsDestroy = Libc.find("posix_spawn_file_actions_destroy");
  private final MemorySegment addOpen = Libc.find("posix_spawn_file_actions_addopen");
  private final MemorySegment addDup = Libc.find("posix_spawn_file_actions_adddup2");
  private final MemorySegment addChdir = Libc.find("posix_spawn_file_actions_addchdir_np");
  private final MemorySegment addCloseFrom = Libc.find("posix_spawn_file_actions_addclosefrom_np");

  private final Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private final ByteBuffer attributes = attributes();
  private final ByteBuffer actions = Libc.memory(ACTIONS);
  private final ByteBuffer pid = Libc.memory(4);
  private final long attributesAt = Libc.address(attributes);
  private final long actionsAt = Libc.address(actions);
  private final long pidAt = Libc.address(pid);
  private final CTexts texts = new CTexts();

  private static ByteBuffer attributes() {
    ByteBuffer attributes = Libc.memory(ATTRIBUTES);
    ByteBuffer all = Libc.memory(SIGNAL_SET);
    ByteBuffer none = Libc.memory(SIGNAL_SET);
    for (int i = 0; i < SIGNAL_SET; i++) {
      all.put(i, (byte) -1);
    }
    long at = Libc.address(attributes);
    Libc.call(Libc.find("posix_spawnattr_init"), at, 0, 0);
    Libc.call(Libc.find("posix_spawnattr_setsigdefault"), at, Libc.address(all), 0);
    Libc.call(Libc.find("posix_spawnattr_setsigmask"), at, Libc.address(none), 0);
    Libc.call(Libc.find("posix_spawnattr_setflags"), at, FLAGS, 0);
    return attributes;
  }

  /**
   * Starts the program at that path by that order.
   *
   * @return the pid; or, where it failed, the negative error number
   */
  int start(String program, Order order) {
    List<byte[]> argv = new ArrayList<>(order.argv().size());
    for (String argument : order.argv()) {
      argv.add(bytes(argument));
    }
    List<byte[]> env = new ArrayList<>(order.env().size());
    for (Map.Entry<String, String> variable : order.env().entrySet()) {
      env.add(bytes(variable.getKey().concat("=").concat(variable.getValue())));
    }
    String input = order.in().isEmpty() ? "/dev/null" : order.in();
    List<byte[]> paths =
        List.of(
            bytes(program),
            bytes(order.folder()),
            bytes(order.out()),
            bytes(order.err()),
            bytes(input));
    long[] at = texts.place(argv, env, paths);
    Libc.call(actionsInit, actionsAt, 0, 0);
    try {
      Libc.call(addOpen, actionsAt, 0, at[6], Libc.OPEN_READ, 0, 0);
      Libc.call(addOpen, actionsAt, 1, at[4], flags(order, order.out()), LOG_MODE, 0);
      if (order.err().isEmpty()) {
        Libc.call(addDup, actionsAt, 1, 2);
      } else {
        Libc.call(addOpen, actionsAt, 2, at[5], flags(order, order.err()), LOG_MODE, 0);
      }
      Libc.call(addChdir, actionsAt, at[3], 0);
      Libc.call(addCloseFrom, actionsAt, 3, 0);
      long error = Libc.call(spawn, pidAt, at[2], actionsAt, attributesAt, at[0], at[1]);
      return (int) error == 0 ? pid.getInt(0) : -(int) error;
    } finally {
      Libc.call(actionsDestroy, actionsAt, 0, 0);
    }
  }

  private static int flags(Order order, String log) {
    return order.isPipe(log) ? Libc.OPEN_PIPE : Libc.OPEN_APPEND;
  }

  /** As Java writes a file's name on this machine, and in UTF-8 what can't be written that way. */
  private byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == text.length() || charset.equals(StandardCharsets.UTF_8)) {
      return bytes;
    }
    byte[] local = text.getBytes(charset);
    return Arrays.equals(new String(local, charset).getBytes(StandardCharsets.UTF_8), bytes)
        ? local
        : bytes;
  }
}
