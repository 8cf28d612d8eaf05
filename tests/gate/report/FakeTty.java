package gate.report;

import java.util.ArrayDeque;
import java.util.Queue;

/** A terminal whose size and keys a test decides. */
final class FakeTty implements Tty {
  int columns = 60;
  int rows = 40;
  boolean taken;
  private final Queue<String> keys = new ArrayDeque<>();

  FakeTty type(String key) {
    keys.add(key);
    return this;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void take() {
    taken = true;
  }

  @Override
  public void giveBack() {
    taken = false;
  }

  @Override
  public String typed() {
    return keys.isEmpty() ? "" : keys.remove();
  }

  @Override
  public boolean hears() {
    return taken;
  }
}
