package gate.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Mounts")
class MountsTest {
  private static final String TABLE =
      """
      27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
      30 27 0:25 / /tmp rw shared:5 - tmpfs none rw
      44 30 254:0 /x /tmp/a rw,relatime - ext4 /dev/vda rw
      45 44 254:0 /y /tmp/a/in\\040it\\134\\303\\244 rw,relatime - ext4 /dev/vda rw
      46 30 254:0 /z /tmp/ab rw,relatime - ext4 /dev/vda rw
      """;

  @Test
  void are_those_at_a_folder_and_below_it_the_innermost_first() {
    assertThat(Mounts.in("/tmp/a", TABLE)).containsExactly("/tmp/a/in it\\ä", "/tmp/a");
    assertThat(Mounts.in("/tmp/a/in it\\ä", TABLE)).containsExactly("/tmp/a/in it\\ä");
    assertThat(Mounts.in("/tmp/a/b", TABLE)).isEmpty();
    assertThat(Mounts.in("/tm", TABLE)).isEmpty();
  }

  @Test
  void are_none_in_a_new_folder_nor_behind_a_link_that_is_deleted_itself(@TempDir Path temp)
      throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("/"));
    assertThatCode(() -> Mounts.refuse(temp)).doesNotThrowAnyException();
    assertThatCode(() -> Mounts.refuse(link)).doesNotThrowAnyException();
  }
}
