package gate.cli;

import gate.base.World;
import gate.evidence.Promotion;
import java.util.Locale;

/** Says on stderr how far something is that takes long: in one line on a terminal. */
final class Advance implements Promotion.Progress, AutoCloseable {
  private static final long LIVE_NANOS = 200_000_000;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final double MIB = 1 << 20;

  private final World world;
  private final String verb;
  private final boolean live;
  private long last = System.nanoTime();
  private boolean shown;

  Advance(World world, String verb) {
    this.world = world;
    this.verb = verb;
    this.live = world.terminal();
  }

  @Override
  public void at(long done, long all) {
    long now = System.nanoTime();
    if (now - last > (live ? LIVE_NANOS : PLAIN_NANOS)) {
      last = now;
      String line =
          String.format(Locale.ROOT, "%s %.0f of %.0f MiB of logs", verb, done / MIB, all / MIB);
      world.err().print(live ? "\r\u001b[K" + line : line + "\n");
      world.err().flush();
      shown = true;
    }
  }

  @Override
  public void close() {
    if (live && shown) {
      world.err().print("\r\u001b[K");
      world.err().flush();
      shown = false;
    }
  }
}
