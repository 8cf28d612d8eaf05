package gate.cli;

import gate.base.Commands;
import gate.base.World;
import gate.journal.Entry;
import gate.kernel.RunFolder;
import gate.plan.Plan;
import gate.report.Console;
import gate.report.Tty;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A run with a console, which Ctrl-C and the console's own key stop in order. */
final class ConsoleRun {
  /**
   * A run.
   *
   * @param stop ends it soon and in order, for the reason given; for any thread
   * @param run runs it to its end, and gives the exit code
   */
  record Going(Consumer<String> stop, IntSupplier run) {}

  private ConsoleRun() {}

  /**
   * Runs it, and gives the exit code; at the end the console prints the report.
   *
   * @param earlier entries that aren't printed, of a run that is resumed
   * @param going makes the run that the console is for
   */
  static int run(
      World world,
      Plan plan,
      RunFolder folder,
      List<Entry> earlier,
      Function<Console, Going> going) {
    AtomicReference<Runnable> quit = new AtomicReference<>(() -> {});
    AtomicReference<Tty> tty = new AtomicReference<>(Tty.deaf(world.columns()));
    Path definition = plan.definition().folder();
    Console console =
        Console.live(
            world,
            folder.path(),
            new Console.Setting(
                earlier,
                terminal(tty),
                new LateUsual(() -> Runs.others(definition, folder.path())),
                () -> quit.get().run()));
    Going run = going.apply(console);
    byte[] atOnce = atOnce(folder);
    try (Interrupts interrupts =
        Interrupts.handledBy(
            run.stop(),
            Console.isLive(world),
            console::stopping,
            () -> {
              tty.get().giveBack();
              tell(atOnce);
            })) {
      quit.set(interrupts::quit);
      int exitCode;
      try (console) {
        exitCode = run.run().getAsInt();
      }
      interrupts.finished(exitCode);
      return exitCode;
    }
  }

  /**
   * What a run that ends at once has to say: on a line of its own, also behind a board or {@code
   * ^C}.
   */
  private static byte[] atOnce(RunFolder folder) {
    String run = Commands.quote(folder.path().toString());
    return "\nmatrix: ended at once; `./jbang matrix.java --resume %s` goes on with it, `./jbang matrix.java clean %s` clears what it left\n"
        .formatted(run, run)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** On standard error, past its stream: whoever holds that one's lock may wait. */
  private static void tell(byte[] sentence) {
    try {
      new FileOutputStream(FileDescriptor.err).write(sentence);
    } catch (IOException e) {
      // nobody hears it
    }
  }

  /** Opened where there is one, and by the console's own thread. */
  private static Supplier<Tty> terminal(AtomicReference<Tty> tty) {
    return () -> {
      JLineTty.open().ifPresent(tty::set);
      return tty.get();
    };
  }
}
