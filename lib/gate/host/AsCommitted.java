package gate.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that hold other bytes than their commit, and all the same what a checkout of it has: line
 * endings, encodings and the like by the attributes that the commit itself holds, and what Git LFS
 * keeps elsewhere, which its pointer tells the digest of. No filter is run for that.
 */
final class AsCommitted {
  private static final int POINTER_AT_MOST = 1024;
  private static final Pattern POINTER =
      Pattern.compile(
          "version https://git-lfs\\.github\\.com/spec/v1\n(?:ext-.*\n)*"
              + "oid sha256:([0-9a-f]{64})\nsize ([0-9]+)\n");

  private final OwnGit git;
  private final Path index;
  private final Path out;

  /**
   * @param git whose working tree is {@code out}
   * @param index holds what the commit does
   * @param out an empty folder
   */
  AsCommitted(OwnGit git, Path index, Path out) {
    this.git = git;
    this.index = index;
    this.out = out;
  }

  /** Those that aren't, of files by their path from the working tree's top. */
  List<String> others(Path top, List<String> files) throws IOException {
    if (files.isEmpty()
        || git.ask(index, files, "checkout-index", "-f", "-q", "-z", "--stdin").isEmpty()) {
      return files;
    }
    Set<String> same = new HashSet<>();
    Set<String> pointed = new HashSet<>();
    for (String file : files) {
      Path committed = out.resolve(file);
      if (!Files.isRegularFile(committed) || !Files.isRegularFile(top.resolve(file))) {
        continue;
      }
      if (Files.mismatch(committed, top.resolve(file)) == -1) {
        same.add(file);
      } else if (isWhatIsMeant(committed, top.resolve(file))) {
        pointed.add(file);
      }
    }
    same.addAll(ofLfs(List.copyOf(pointed)));
    return files.stream().filter(file -> !same.contains(file)).toList();
  }

  /** Whether a file is the one that a pointer of Git LFS tells of. */
  private static boolean isWhatIsMeant(Path pointer, Path file) throws IOException {
    if (Files.size(pointer) > POINTER_AT_MOST) {
      return false;
    }
    Matcher told =
        POINTER.matcher(
            new String(Files.readAllBytes(pointer), java.nio.charset.StandardCharsets.UTF_8));
    return told.matches()
        && Long.toString(Files.size(file)).equals(told.group(2))
        && sha256(file).equals(told.group(1));
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that the commit gives to Git LFS. */
  private List<String> ofLfs(List<String> files) {
    if (files.isEmpty()) {
      return files;
    }
    List<String> told =
        git.ask(index, files, "check-attr", "-z", "--cached", "--stdin", "filter")
            .map(OwnGit::parts)
            .orElse(List.of());
    return files.stream()
        .filter(file -> {
          int at = told.indexOf(file);
          return at >= 0 && at + 2 < told.size() && told.get(at + 2).equals("lfs");
        })
        .toList();
  }
}
