///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.yaml:snakeyaml:2.5
//DEPS org.apache.groovy:groovy:5.0.2
//DEPS org.slf4j:slf4j-nop:2.0.17
//DEPS org.zeroturnaround:zt-exec:1.12
//DEPS com.fasterxml.jackson.core:jackson-databind:2.20.1
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-toml:2.20.1
//DEPS org.apache.httpcomponents.core5:httpcore5-h2:5.4
//DEPS org.jline:jline-terminal:4.5.0
//DEPS org.jline:jline-terminal-ffm:4.5.0
//DEPS org.jspecify:jspecify:1.0.0
//SOURCES lib/gate/**/*.java
//FILES gate/report/page.css=lib/gate/report/page.css
//FILES gate/report/page.js=lib/gate/report/page.js
//FILES gate/report/cases.js=lib/gate/report/cases.js
//FILES gate/report/live.js=lib/gate/report/live.js
//JAVAC_OPTIONS -Xlint:all,-processing -Werror
//JAVAC_OPTIONS -XDstringConcat=inline
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -XX:-MaxFDLimit

import gate.base.World;
import gate.cli.Matrix;
import gate.cli.StandardOutput;
import gate.cli.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The Integration Matrix Gate: see README.md, or `./jbang matrix.java --help`. */
public final class matrix {
  private matrix() {}

  public static void main(String[] arguments) {
    Path folder = Path.of("").toAbsolutePath();
    String home = System.getProperty("gate.home");
    Terminal terminal = Terminal.of(System.getenv());
    StandardOutput out = new StandardOutput();
    World world =
        new World(
            System.getenv(),
            folder,
            home == null ? folder : Path.of(home),
            Path.of("/"),
            stream(out),
            stream(new FileOutputStream(FileDescriptor.err)),
            terminal.person(),
            terminal.columns(),
            Clock.systemUTC());
    System.exit(out.exitCode(Matrix.run(world, List.of(arguments)), world.err()));
  }

  private static PrintStream stream(OutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}
