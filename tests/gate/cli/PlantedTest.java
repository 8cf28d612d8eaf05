package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Through a link that somebody laid into a run's folder")
class PlantedTest {
  @TempDir Path temp;
  private Path outside;

  @BeforeEach
  void somethingOfValue() throws IOException {
    outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("file"), "of value\n");
    Files.createDirectories(outside.resolve("folder/one"));
    Files.writeString(outside.resolve("folder/one/01-a.log"), "of value\n");
  }

  private String all() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(outside)) {
      for (Path file : files.sorted().toList()) {
        all.append(file).append(Files.isRegularFile(file) ? ": " + Files.readString(file) : "\n");
      }
    }
    return all.toString();
  }

  private Checkout project() {
    return new Checkout(temp.resolve("project"))
        .one("step('a') { exec('true') }\nstep('b') { exec('true') }\n");
  }

  @ParameterizedTest(name = "{0}, {2}")
  @CsvSource({
    "legs, folder, RED, 1",
    "legs/one, folder/one, RED, 1",
    "legs/one/01-a.log, file, GREEN, 0",
    "legs/one/02-b.log, file, GREEN, 0",
    "events.jsonl, file, (no verdict), 2",
    "events.jsonl, nothing, (no verdict), 1",
    "junit.xml, file, GREEN, 0",
    "summary.md, file, GREEN, 0",
    "report.html, file, GREEN, 0",
    "ctrf.json, nothing, GREEN, 0",
    "lock, file, (no verdict), 2",
  })
  void nothing_is_written(String link, String to, String verdict, int code) throws IOException {
    Path run = temp.resolve("run");
    Files.createDirectories(run.resolve(link).getParent());
    Files.createSymbolicLink(run.resolve(link), outside.resolve(to));
    String before = all();
    Checkout.Result result = project().run("--log-dir", run.toString());
    assertThat(all()).isEqualTo(before);
    assertThat(result.verdict()).as(result.out() + result.err()).startsWith(verdict);
    assertThat(result.code()).isEqualTo(code);
    if (verdict.equals("RED")) {
      assertThat(result.out()).contains("is a symbolic link, and logs are never written through");
    }
  }

  @ParameterizedTest(name = "that a step makes of {0}")
  @CsvSource({
    "legs, folder",
    "legs/one, folder/one",
    "legs/one/02-b.log, file",
    "junit.xml, file",
    "events.jsonl, file"
  })
  void nothing_is_written_later(String link, String to) throws IOException {
    Path run = temp.resolve("run");
    String before = all();
    Checkout.Result result =
        new Checkout(temp.resolve("project"))
            .one(
                "step('a') { shell('cd %s; mv %s moved 2> /dev/null || true; ln -s %s %s') }\n"
                        .formatted(run, link, outside.resolve(to), link)
                    + "step('b') { exec('true') }\n")
            .run("--log-dir", run.toString());
    assertThat(all()).isEqualTo(before);
    if (!link.equals("junit.xml")) {
      assertThat(result.verdict()).startsWith("RED");
    }
  }

  @Test
  void nothing_is_moved_where_a_run_goes_on() throws IOException {
    Path run = temp.resolve("run");
    Checkout project = project().commit();
    assertThat(project.run("--log-dir", run.toString()).verdict()).startsWith("GREEN");
    Path journal = run.resolve("events.jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.write(journal, lines.subList(0, lines.size() - 1));
    Files.move(run.resolve("legs"), run.resolve("moved"));
    Files.createSymbolicLink(run.resolve("legs"), outside.resolve("folder"));
    project.leg("one", "step('a') { exec('true') }\nstep('b') { exec('true', 'x') }\n");
    String before = all();
    Checkout.Result result = project.run("--resume", run.toString());
    assertThat(all()).isEqualTo(before);
    assertThat(result.verdict()).as(result.out() + result.err()).startsWith("RED");
  }
}
