package gate.plan;

import gate.dsl.Actions;
import gate.dsl.Answer;
import gate.dsl.CargoTest;
import gate.dsl.Command;
import gate.dsl.Endpoint;
import gate.dsl.Request;
import gate.dsl.Result;
import gate.dsl.StepFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Nothing can be done while a script only tells of its steps. */
final class NoActions implements Actions {
  private static StepFailed refused() {
    return new StepFailed("an action stands outside a step; put it into `step('…') { … }`");
  }

  @Override
  public Result exec(Command command) {
    throw refused();
  }

  @Override
  public void cargoTest(CargoTest test) {
    throw refused();
  }

  @Override
  public Answer http(Request request) {
    throw refused();
  }

  @Override
  public void await(String what, Duration within, Duration every, Callable<?> condition) {
    throw refused();
  }

  @Override
  public Endpoint service(String name) {
    throw refused();
  }

  @Override
  public Path qemu() {
    throw refused();
  }

  @Override
  public Path disk() {
    throw refused();
  }

  @Override
  public Path tempDir() {
    throw refused();
  }

  @Override
  public String read(Path file) {
    throw refused();
  }

  @Override
  public void write(Path file, String text) {
    throw refused();
  }

  @Override
  public boolean exists(Path file) {
    throw refused();
  }

  @Override
  public void failed(StepFailed why) {}

  @Override
  public void log(String line) {
    throw refused();
  }
}
