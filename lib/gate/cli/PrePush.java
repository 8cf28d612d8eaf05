package gate.cli;

import gate.evidence.EvidenceRefused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What git hands to a pre-push hook (githooks(5)): a line for each ref, with its local name and
 * object and its remote name and object.
 */
final class PrePush {
  private static final String TAGS = "refs/tags/";

  private PrePush() {}

  /** A tag that is to go out, and the object that it names. */
  record Tag(String name, String object) {}

  /** The tags on standard input; those that are to be deleted are none. */
  static List<Tag> tags() {
    List<Tag> tags = new ArrayList<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      for (String line; (line = in.readLine()) != null; ) {
        String[] words = line.strip().split(" ");
        if (words.length == 4 && words[2].startsWith(TAGS) && !words[1].matches("0+")) {
          tags.add(new Tag(words[2].substring(TAGS.length()), words[1]));
        } else if (!line.isBlank() && words.length != 4) {
          throw new EvidenceRefused("standard input isn't what git hands to a pre-push hook");
        }
      }
      return List.copyOf(tags);
    } catch (IOException e) {
      throw new EvidenceRefused("standard input can't be read: " + e.getMessage());
    }
  }
}
