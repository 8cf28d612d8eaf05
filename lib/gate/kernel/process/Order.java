package gate.kernel.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A {@link Spawn} as it travels to the guardian: paths are absolute texts, {@code ""} where there
 * is none.
 *
 * @param pipes the folder whose files are pipes that the gate reads; empty: none
 */
record Order(
    List<String> argv,
    Map<String, String> env,
    String folder,
    String out,
    String err,
    String in,
    String pipes) {

  /** More than any kernel takes by default; the guardian's small heap needn't see it. */
  private static final int LONGEST = 8_000_000;

  /** Whether the gate reads what is written there. */
  boolean isPipe(String path) {
    return !pipes.isEmpty() && path.startsWith(pipes);
  }

  /**
   * @param pipes the folder whose files are pipes that the gate reads; empty text: there is none
   */
  static Order of(Spawn spawn, String pipes) throws SpawnFailed {
    if (spawn.argv().isEmpty()) {
      throw new SpawnFailed("`" + spawn.id() + "` has no command to start");
    }
    long length = 0;
    for (String argument : spawn.argv()) {
      check(spawn, "argument", argument);
      length += argument.length();
    }
    for (Map.Entry<String, String> variable : spawn.env().entrySet()) {
      if (variable.getKey().isEmpty() || variable.getKey().indexOf('=') >= 0) {
        throw new SpawnFailed(
            "`" + variable.getKey() + "` can't be the name of an environment variable");
      }
      check(spawn, "environment variable's name", variable.getKey());
      check(spawn, "environment variable " + variable.getKey(), variable.getValue());
      length += variable.getKey().length() + variable.getValue().length();
    }
    if (length > LONGEST) {
      throw Commands.tooLong(spawn.argv().get(0));
    }
    return new Order(
        spawn.argv(),
        spawn.env(),
        spawn.folder().toAbsolutePath().toString(),
        spawn.out().toAbsolutePath().toString(),
        spawn.err().map(path -> path.toAbsolutePath().toString()).orElse(""),
        spawn.in().map(path -> path.toAbsolutePath().toString()).orElse(""),
        pipes);
  }

  private static void check(Spawn spawn, String what, String value) throws SpawnFailed {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw new SpawnFailed("an " + what + " of `" + spawn.id() + "` has a NUL character in it");
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
          throw new SpawnFailed(
              "an "
                  + what
                  + " of `"
                  + spawn.id()
                  + "` has half a character in it (a lone surrogate)");
        }
        i++;
      }
    }
  }

  void write(WireOut wire, SentEnvironment sent) throws IOException {
    wire.writeInt(argv.size());
    for (String argument : argv) {
      wire.writeText(argument);
    }
    sent.write(wire, env);
    wire.writeText(folder);
    wire.writeText(out);
    wire.writeText(err);
    wire.writeText(in);
    wire.writeText(pipes);
  }

  static Order read(WireIn wire, SentEnvironment sent) throws IOException {
    String[] argv = new String[wire.readCount()];
    for (int i = 0; i < argv.length; i++) {
      argv[i] = wire.readText();
    }
    return new Order(
        List.of(argv),
        sent.read(wire),
        wire.readText(),
        wire.readText(),
        wire.readText(),
        wire.readText(),
        wire.readText());
  }
}
