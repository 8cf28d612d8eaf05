package gate.cli;

import gate.base.World;
import java.util.concurrent.Callable;

/** A command: it is made for one world, and answers with an exit code. */
abstract class Answering implements Callable<Integer> {
  private final World world;

  Answering(World world) {
    this.world = world;
  }

  World world() {
    return world;
  }
}
