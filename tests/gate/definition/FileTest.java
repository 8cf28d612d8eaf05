package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file")
class FileTest {
  @TempDir Path folder;

  @Test
  @DisplayName("is loaded by its name, also with blanks and letters beyond ASCII in it")
  void loaded() throws IOException {
    Path file = Files.createDirectory(folder.resolve("ein Ordner é")).resolve("m.yaml");
    Files.writeString(file, Fixture.FULL);
    assertThat(DefinitionLoader.load(file)).isInstanceOf(Loaded.Ok.class);
  }

  @Test
  @DisplayName("that isn't there is told in one sentence, with the way out")
  void missing() throws IOException {
    Path file = folder.resolve("matrix.yaml");
    assertThat(fault(file))
        .isEqualTo(
            file
                + ": there is no such file\n"
                + "  go to the folder that holds it, or name another file with `-f FILE`");
    Path other = Files.createFile(folder.resolve("matrix.yml"));
    assertThat(fault(file))
        .isEqualTo(file + ": there is no such file\n  did you mean `" + other + "`?");
    assertThat(fault(other.resolve("matrix.yaml"))).contains("matrix.yaml: there is no such file");
  }

  @Test
  @DisplayName("that is a folder is told so")
  void aFolder() {
    assertThat(fault(folder))
        .isEqualTo(folder + ": this is a folder, not a definition\n  name the file in it");
  }

  @Test
  @DisplayName("that may not be read is told so")
  void unreadable() throws IOException {
    Path file = Files.writeString(folder.resolve("m.yaml"), Fixture.FULL);
    assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file), "root reads anything");
    assertThat(fault(file))
        .isEqualTo(file + ": the file may not be read: permission denied\n  check its permissions");
  }

  @Test
  @DisplayName("that is a device, which may never end, is told so")
  void endless() {
    assertThat(fault(Path.of("/dev/zero")))
        .isEqualTo(
            "/dev/zero: this is a device or a pipe, not a regular file\n"
                + "  name the definition itself");
  }

  private static String fault(Path file) {
    Loaded.Failed failed = (Loaded.Failed) DefinitionLoader.load(file);
    assertThat(failed.diagnostics()).hasSize(1);
    return failed.diagnostics().getFirst().render();
  }
}
