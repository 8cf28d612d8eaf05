package gate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gate on a real terminal of a server of its own, which goes with it. */
final class Tmux implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap : INT
      stty -g > before
      %s
      echo $? > code
      stty -g > after.new && mv after.new after
      exec sleep 600
      """;

  private final Checkout project;
  private final Path socket;

  private Tmux(Checkout project, Path socket) {
    this.project = project;
    this.socket = socket;
  }

  static boolean isHere() {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tmux")));
  }

  /** A terminal of 100 columns and 30 rows, in which the gate is started. */
  static Tmux start(Checkout project, String... arguments) throws Exception {
    return startBy("", project, arguments);
  }

  /** The same, with words for the shell before it. */
  static Tmux startBy(String words, Checkout project, String... arguments) throws Exception {
    Path socket = Files.createTempDirectory("gate-tmux-").resolve("socket");
    Tmux tmux = new Tmux(project, socket);
    project.file("start.sh", SCRIPT.formatted(words + project.command(arguments)));
    tmux.say("new-session", "-d", "-x", "100", "-y", "30", "sh start.sh");
    return tmux;
  }

  /** A command of tmux's, and what it answers. */
  String say(String... words) throws Exception {
    List<String> argv =
        new ArrayList<>(List.of("tmux", "-S", socket.toString(), "-f", "/dev/null", "-u"));
    argv.addAll(List.of(words));
    Process process = project.builder(argv).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("tmux doesn't answer");
    }
    return answer;
  }

  void type(String key) throws Exception {
    say("send-keys", key);
  }

  /** What the terminal shows. */
  String screen() throws Exception {
    return say("capture-pane", "-p").stripTrailing();
  }

  /** All of it that scrolled away, too, with its colours. */
  String everything() throws Exception {
    return say("capture-pane", "-p", "-e", "-J", "-S", "-");
  }

  /** Waits until the screen matches, and gives it. */
  String until(String pattern) throws Exception {
    String[] last = {""};
    boolean seen =
        Outside.await(
            60,
            () -> {
              last[0] = screenNow();
              return java.util.regex.Pattern.compile(pattern).matcher(last[0]).find();
            });
    if (!seen) {
      throw new AssertionError("never seen: " + pattern + "\n" + last[0]);
    }
    return last[0];
  }

  private String screenNow() {
    try {
      return screen();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the gate has ended, and gives its exit code. */
  int code() throws Exception {
    if (!Outside.await(60, () -> Files.exists(project.folder().resolve("after")))) {
      throw new AssertionError("the gate didn't end\n" + screen());
    }
    return Integer.parseInt(Checkout.read(project.folder().resolve("code")).strip());
  }

  /** Whether the terminal is set as before the gate was started. */
  boolean restored() {
    return Checkout.read(project.folder().resolve("after"))
        .equals(Checkout.read(project.folder().resolve("before")));
  }

  /** The terminal goes away, as when a connection breaks. */
  @Override
  public void close() throws IOException {
    try {
      say("kill-server");
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(socket.getParent());
    }
  }
}
