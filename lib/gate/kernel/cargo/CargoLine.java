package gate.kernel.cargo;

import gate.base.Commands;
import gate.dsl.CargoTest;
import gate.dsl.CargoTest.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The {@code cargo test} command that a leg asks for. */
public final class CargoLine {
  private CargoLine() {}

  /** The whole command. */
  public static List<String> argv(CargoTest test) {
    List<String> argv = new ArrayList<>(selection(test));
    List<String> arguments = arguments(test);
    if (!arguments.isEmpty()) {
      argv.add("--");
      argv.addAll(arguments);
    }
    return argv;
  }

  /** The whole command, to be pasted into a shell. */
  public static String line(CargoTest test, Path workspace) {
    return "cd %s && %s"
        .formatted(
            Commands.quote(workspace.toString()),
            Commands.line(new TreeMap<>(test.env()), argv(test)));
  }

  /** What decides what is built: the command up to {@code --}. */
  static List<String> selection(CargoTest test) {
    List<String> argv = packageAndFeatures(test);
    switch (test.target()) {
      case Target.All() -> {}
      case Target.Lib() -> argv.add("--lib");
      case Target.Bins() -> argv.add("--bins");
      case Target.Tests() -> argv.add("--tests");
      case Target.Doc() -> argv.add("--doc");
      case Target.Test(String name) -> argv.addAll(List.of("--test", name));
      case Target.Bin(String name) -> argv.addAll(List.of("--bin", name));
      case Target.Example(String name) -> argv.addAll(List.of("--example", name));
    }
    return argv;
  }

  /** What decides which executables that leaves. */
  static Turns.What what(CargoTest test, Map<String, String> env) {
    return new Turns.What(
        Optional.of(test.packageName()), profile(test), packageAndFeatures(test), env);
  }

  private static String profile(CargoTest test) {
    return test.profile().orElse("dev");
  }

  /** The doctests of the same selection. */
  static List<String> doctests(CargoTest test) {
    List<String> argv = packageAndFeatures(test);
    argv.add("--doc");
    return argv;
  }

  private static List<String> packageAndFeatures(CargoTest test) {
    List<String> argv =
        new ArrayList<>(List.of("cargo", "test", "--locked", "-p", test.packageName()));
    if (!test.features().isEmpty()) {
      argv.addAll(List.of("--features", String.join(",", test.features())));
    }
    if (test.allFeatures()) {
      argv.add("--all-features");
    }
    if (!test.defaultFeatures()) {
      argv.add("--no-default-features");
    }
    test.profile()
        .ifPresent(profile ->
            argv.addAll(
                profile.equals("release") ? List.of("--release") : List.of("--profile", profile)));
    return argv;
  }

  /** What libtest gets. */
  static List<String> arguments(CargoTest test) {
    List<String> arguments = new ArrayList<>(choice(test));
    test.threads()
        .ifPresent(threads -> arguments.addAll(List.of("--test-threads", threads.toString())));
    return arguments;
  }

  /** What of it chooses cases. */
  static List<String> choice(CargoTest test) {
    List<String> arguments = new ArrayList<>();
    if (test.ignored()) {
      arguments.add("--ignored");
    }
    test.exactCase().ifPresent(name -> arguments.addAll(List.of("--exact", name)));
    test.filter().ifPresent(arguments::add);
    return arguments;
  }
}
