package gate.kernel;

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

/** Actions that others do. */
abstract class Forwarding implements Actions {
  /** Who does them, now. */
  abstract Actions to();

  @Override
  public Result exec(Command command) {
    return to().exec(command);
  }

  @Override
  public void cargoTest(CargoTest test) {
    to().cargoTest(test);
  }

  @Override
  public Answer http(Request request) {
    return to().http(request);
  }

  @Override
  public void await(String what, Duration within, Duration every, Callable<?> condition) {
    to().await(what, within, every, condition);
  }

  @Override
  public Endpoint service(String name) {
    return to().service(name);
  }

  @Override
  public Path qemu() {
    return to().qemu();
  }

  @Override
  public Path disk() {
    return to().disk();
  }

  @Override
  public Path tempDir() {
    return to().tempDir();
  }

  @Override
  public String read(Path file) {
    return to().read(file);
  }

  @Override
  public void write(Path file, String text) {
    to().write(file, text);
  }

  @Override
  public boolean exists(Path file) {
    return to().exists(file);
  }

  @Override
  public void failed(StepFailed why) {
    to().failed(why);
  }

  @Override
  public void log(String line) {
    to().log(line);
  }
}
