package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Run with {@code RENEW=1} in the environment, or {@code -DRENEW=1}, it writes them instead. */
@DisplayName("The documentation is what the code says:")
class DocsTest {
  @Test
  @DisplayName("docs/matrix.schema.json")
  void schema() throws IOException {
    same("docs/matrix.schema.json", Schema.json());
  }

  @Test
  @DisplayName("docs/matrix-yaml.md")
  void reference() throws IOException {
    same("docs/matrix-yaml.md", Schema.markdown());
  }

  private static void same(String name, String made) throws IOException {
    Path file = ThisCheckout.root().resolve(name);
    if ("1".equals(System.getenv("RENEW")) || "1".equals(System.getProperty("RENEW"))) {
      Files.writeString(file, made);
    }
    assertThat(Files.readString(file)).as("renew with RENEW=1").isEqualTo(made);
  }
}
