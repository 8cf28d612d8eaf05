package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import gate.base.ThisCheckout;
import gate.fuzz.Jazzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whatever stands in a definition")
public final class DefinitionFuzzTest {
  @TempDir Path temp;

  @Test
  void it_is_taken_or_told_what_is_wrong_where() throws IOException, InterruptedException {
    Jazzer.fuzz(
        DefinitionFuzzTest.class,
        List.of(
            Files.readAllBytes(ThisCheckout.root().resolve("matrix.yaml")),
            Fixture.FULL.getBytes(StandardCharsets.UTF_8)),
        temp);
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    switch (DefinitionLoader.parse(Path.of("matrix.yaml"), bytes)) {
      case Loaded.Ok ok -> assertThat(ok.definition().name()).isNotEmpty();
      case Loaded.Failed failed -> {
        assertThat(failed.diagnostics()).isNotEmpty();
        long lines = new String(bytes, StandardCharsets.UTF_8).split("\\R", -1).length;
        for (Diagnostic diagnostic : failed.diagnostics()) {
          assertThat((long) diagnostic.position().line()).isBetween(0L, lines + 1);
          assertThat(diagnostic.render()).doesNotContain("\u001b", "\0", "\r");
        }
      }
    }
  }
}
