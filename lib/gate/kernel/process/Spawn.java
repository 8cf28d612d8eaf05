package gate.kernel.process;

import gate.base.Secrets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process to start.
 *
 * @param id a name for it in messages
 * @param argv the command and its arguments; a command without a slash is looked up in the PATH of
 *     {@code env}
 * @param env the whole environment of the process: nothing is added, nothing inherited
 * @param folder where it runs
 * @param out the file that its standard output is appended to, created where it isn't there; never
 *     a symbolic link
 * @param err the same for its standard error; empty: the file of its standard output, in order
 * @param in what it reads; empty: nothing
 * @param secrets what its logs may not hold; they are written through a mask, except for those
 *     below {@code scratch}
 * @param scratch a folder for this user only; without secrets of no concern
 */
public record Spawn(
    String id,
    List<String> argv,
    Map<String, String> env,
    Path folder,
    Path out,
    Optional<Path> err,
    Optional<Path> in,
    Secrets secrets,
    Path scratch) {

  /** One whose logs may hold anything. */
  public Spawn(
      String id,
      List<String> argv,
      Map<String, String> env,
      Path folder,
      Path out,
      Optional<Path> err,
      Optional<Path> in) {
    this(id, argv, env, folder, out, err, in, Secrets.NONE, folder);
  }

  public Spawn {
    argv = List.copyOf(argv);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }
}
