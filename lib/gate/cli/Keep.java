package gate.cli;

import gate.base.Secrets;
import gate.base.World;
import gate.kernel.Inspector;
import gate.report.Console;
import java.io.IOException;
import java.io.InputStream;

/**
 * Leaves a step that didn't pass as it is, with its services up, until a person who was told where
 * they are presses Enter.
 */
final class Keep implements Inspector {
  private static final int PAUSE_MILLIS = 50;

  private final World world;
  private final Console console;
  private final Secrets secrets;
  private final InputStream in;

  Keep(World world, Console console, Secrets secrets, InputStream in) {
    this.world = world;
    this.console = console;
    this.secrets = secrets;
    this.in = in;
  }

  @Override
  public void inspect(FailedStep step) throws InterruptedException {
    console.pause();
    try {
      world.out().print(secrets.shown(FailedStepText.of(step)));
      if (!step.again().isEmpty()) {
        world
            .out()
            .print(secrets.shown("to repeat it: " + FailedStepText.lines(step.again()) + "\n"));
      }
      world.out().println("all of it stays as it is until you press Enter; Ctrl-C ends the run");
      world.out().flush();
      untilEnter();
    } finally {
      console.goOn();
    }
  }

  /** A read of a terminal can't be interrupted; a look at it can. */
  private void untilEnter() throws InterruptedException {
    try {
      in.skipNBytes(in.available()); // typed before anybody was asked
      while (in.available() == 0) {
        Thread.sleep(PAUSE_MILLIS);
      }
      in.skipNBytes(in.available());
    } catch (IOException e) {
      // the terminal is gone, and with it whoever could look
    }
  }
}
