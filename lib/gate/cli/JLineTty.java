package gate.cli;

import gate.report.Tty;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.impl.ffm.FfmTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.InfoCmp;
import org.jline.utils.ShutdownHooks;

/**
 * The terminal that the gate was started on, by JLine. Keys come one by one, and none is echoed;
 * Ctrl-C, Ctrl-Z and the like stay signals. Whatever ends the gate in order gives it back as it
 * was.
 */
final class JLineTty implements Tty {
  /** A name that has its capabilities here, so that none are asked of a program: none is used. */
  private static final String TYPE = "gate";

  private static final int MOST_KEYS = 1_024;
  private static final long STOPPED = 1_000_000_000;
  private static final Path STATUS = Path.of("/proc/self/stat");

  private final Terminal terminal;
  private final Attributes before;
  private final FileInputStream in = new FileInputStream(FileDescriptor.in);
  private final Thread hook = new Thread(this::leave, "terminal");
  private boolean wanted;
  private boolean taken;
  private boolean gone;
  private boolean over;
  private long looked;

  private JLineTty(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.getAttributes();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** It; empty where nobody can type, and only its width as it was at the start is known. */
  static Optional<Tty> open() {
    // Its own would set the terminal from the background, too, which stops a process.
    System.setProperty(ShutdownHooks.PROP_DISABLE_SHUTDOWN_HOOK, "true");
    InfoCmp.setDefaultInfoCmp(TYPE, TYPE + "|none of them,\n");
    try {
      return Optional.of(
          new JLineTty(
              new FfmTerminalProvider()
                  .sysTerminal(
                      TYPE,
                      TYPE,
                      false,
                      StandardCharsets.UTF_8,
                      StandardCharsets.UTF_8,
                      StandardCharsets.UTF_8,
                      false,
                      SignalHandler.SIG_DFL,
                      true,
                      SystemStream.Output)));
    } catch (IOException | UncheckedIOException | LinkageError | IllegalStateException e) {
      return Optional.empty();
    }
  }

  @Override
  public int columns() {
    return size().getColumns() > 0 ? size().getColumns() : 80;
  }

  @Override
  public int rows() {
    return size().getRows() > 0 ? size().getRows() : 24;
  }

  private Size size() {
    try {
      return terminal.getSize();
    } catch (RuntimeException | java.io.IOError e) {
      return Size.of(0, 0); // it is gone
    }
  }

  @Override
  public synchronized void take() {
    wanted = !over;
    if (wanted && inForeground()) {
      Attributes raw = new Attributes(before);
      raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO), false);
      raw.setControlChar(ControlChar.VMIN, 1);
      raw.setControlChar(ControlChar.VTIME, 0);
      taken = set(raw);
    }
  }

  @Override
  public synchronized void giveBack() {
    wanted = false;
    if (taken && inForeground()) {
      taken = !set(before);
    }
  }

  private synchronized void leave() {
    over = true;
    giveBack();
  }

  private boolean set(Attributes attributes) {
    try {
      terminal.setAttributes(attributes);
      return true;
    } catch (RuntimeException | java.io.IOError e) {
      gone = true;
      return false;
    }
  }

  @Override
  public boolean hears() {
    return taken && !gone;
  }

  /** In the background to read, or to change the terminal, would stop the gate. */
  @Override
  public synchronized String typed() {
    if (!wanted || gone || !inForeground()) {
      return "";
    }
    long now = System.nanoTime();
    if (!taken || now - looked > STOPPED) {
      take(); // behind Ctrl-Z the shell may have changed it
    }
    looked = now;
    try {
      int waiting = Math.min(MOST_KEYS, in.available());
      return waiting > 0 ? new String(in.readNBytes(waiting), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      gone = true;
      return "";
    }
  }

  /** Whether the terminal's foreground is ours; where that can't be told, it isn't. */
  private static boolean inForeground() {
    try {
      String status = Files.readString(STATUS);
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
      return fields[2].equals(fields[5]); // pgrp and tpgid
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
