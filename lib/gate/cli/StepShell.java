package gate.cli;

import gate.base.Commands;
import gate.base.Reason;
import gate.base.Secrets;
import gate.base.World;
import gate.kernel.Inspector;
import gate.kernel.process.Adopted;
import gate.report.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens a shell for a person in the environment of a step that didn't pass: with its services still
 * up, and the command that repeats it ready. What the shell leaves behind is ended with it.
 */
final class StepShell implements Inspector {
  private final World world;
  private final Console console;
  private final Secrets secrets;

  StepShell(World world, Console console, Secrets secrets) {
    this.secrets = secrets;
    this.world = world;
    this.console = console;
  }

  @Override
  public void inspect(FailedStep step) throws InterruptedException {
    Adopted adopted = new Adopted();
    try {
      console.pause();
      world.out().print(secrets.shown(greeting(step)));
      world.out().flush();
      ProcessBuilder shell =
          new ProcessBuilder(argv(step)).directory(step.folder().toFile()).inheritIO();
      shell.environment().clear();
      shell.environment().putAll(step.env());
      shell.environment().put("ENV", profile(step).toString()); // what sh reads
      Optional.of(world.env("TERM"))
          .filter(it -> !it.isEmpty())
          .ifPresent(term -> shell.environment().put("TERM", term));
      wait(shell.start());
    } catch (IOException e) {
      world.out().println("no shell can be opened: " + Reason.of(e));
    } finally {
      adopted.end();
      console.goOn();
    }
  }

  private static void wait(Process shell) throws InterruptedException {
    try {
      shell.waitFor();
    } finally {
      shell.destroyForcibly();
    }
  }

  private static String greeting(FailedStep step) {
    StringBuilder text = new StringBuilder(FailedStepText.of(step));
    if (!step.again().isEmpty()) {
      text.append("`again` repeats: ").append(FailedStepText.lines(step.again())).append('\n');
    }
    return text.append("its services are up until you leave this shell with `exit`\n").toString();
  }

  private List<String> argv(FailedStep step) throws IOException {
    Path profile = profile(step);
    List<String> prompt = new ArrayList<>();
    prompt.add("PS1=" + Commands.quote("(%s %d) $ ".formatted(step.leg(), step.number())));
    if (!step.again().isEmpty()) {
      prompt.add("again() { ( " + step.again() + "\n) }");
    }
    boolean bash = found("bash");
    List<String> lines = new ArrayList<>();
    if (bash) {
      lines.add("[ -f ~/.bashrc ] && . ~/.bashrc");
      lines.add("history -s again");
    }
    lines.addAll(prompt);
    Files.write(profile, lines);
    return bash ? List.of("bash", "--rcfile", profile.toString(), "-i") : List.of("sh", "-i");
  }

  private static Path profile(FailedStep step) {
    return step.temp().resolve("profile");
  }

  private boolean found(String program) {
    return List.of(world.env("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
