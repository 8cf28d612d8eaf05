package gate.dsl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Compiled legs, kept from run to run: a file each, named by the SHA-256 of all that decides its
 * content. One that is torn or changed, or was kept under another name, isn't taken. A folder that
 * can't be written keeps nothing.
 */
final class KeptLegs {
  private static final int MOST = 200;
  private static final String SUFFIX = ".leg";

  private final Path folder;
  private final byte[] compiler;

  KeptLegs(Path folder) {
    this.folder = folder;
    this.compiler = compiler();
  }

  /** What the script's classes will be kept under. */
  String key(Script script, byte[] text) {
    MessageDigest digest = sha256();
    digest.update(compiler);
    for (String part :
        List.of(
            script.leg(),
            new TreeSet<>(script.declared().flags()).toString(),
            new TreeSet<>(script.declared().settings()).toString(),
            new TreeSet<>(script.declared().services()).toString(),
            new TreeSet<>(script.declared().axes()).toString())) {
      digest.update(part.getBytes(UTF_8));
      digest.update((byte) 0);
    }
    digest.update(text);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The classes that are kept, if they are and are whole. */
  Optional<Map<String, byte[]>> get(String key) {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(key + SUFFIX));
      int head = 32;
      if (bytes.length <= head) {
        return Optional.empty();
      }
      byte[] content = Arrays.copyOfRange(bytes, head, bytes.length);
      if (!Arrays.equals(sum(key, content), Arrays.copyOf(bytes, head))) {
        return Optional.empty();
      }
      Map<String, byte[]> classes = new LinkedHashMap<>();
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
      for (int count = in.readInt(); count > 0; count--) {
        String name = in.readUTF();
        classes.put(name, in.readNBytes(in.readInt()));
      }
      return Optional.of(classes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Keeps classes; where that fails they are compiled again next time. */
  void put(String key, Map<String, byte[]> classes) {
    try {
      Files.createDirectories(folder);
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(content);
      out.writeInt(classes.size());
      for (Map.Entry<String, byte[]> type : classes.entrySet()) {
        out.writeUTF(type.getKey());
        out.writeInt(type.getValue().length);
        out.write(type.getValue());
      }
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.write(sum(key, content.toByteArray()));
      content.writeTo(file);
      Path torn = Files.createTempFile(folder, "new", ".tmp");
      try {
        Files.write(torn, file.toByteArray());
        Files.move(torn, folder.resolve(key + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(torn);
      }
      prune();
    } catch (IOException e) {
      // nothing is kept then
    }
  }

  /** Stands at a file's head, and fits no other content and no other name. */
  private static byte[] sum(String key, byte[] content) {
    MessageDigest digest = sha256();
    digest.update(key.getBytes(UTF_8));
    return digest.digest(content);
  }

  private void prune() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> oldest =
          files
              .filter(file -> file.toString().endsWith(SUFFIX))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .skip(MOST)
              .toList();
      for (Path file : oldest) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Tells this compiler from others: its own code, Groovy's version, and Java's. */
  private static byte[] compiler() {
    MessageDigest digest = sha256();
    String groovy = groovy.lang.Script.class.getPackage().getImplementationVersion();
    digest.update((groovy + " " + Runtime.version()).getBytes(UTF_8));
    try {
      Path code =
          Path.of(KeptLegs.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(code)) {
        try (ZipFile jar = new ZipFile(code.toFile())) {
          for (ZipEntry entry : Collections.list(jar.entries())) {
            digest.update((entry.getName() + " " + entry.getCrc() + "\n").getBytes(UTF_8));
          }
        }
      } else {
        try (Stream<Path> files = Files.list(code.resolve("gate/dsl"))) {
          for (Path file : files.sorted().toList()) {
            digest.update(Files.readAllBytes(file));
          }
        }
      }
    } catch (IOException | URISyntaxException e) {
      digest.update(Long.toString(System.nanoTime()).getBytes(UTF_8));
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
