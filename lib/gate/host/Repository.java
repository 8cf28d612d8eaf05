package gate.host;

import gate.base.Commands;
import gate.base.World;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A git repository, read at its commits: never its index, its working tree, or its attributes. */
public final class Repository {
  private static final int BUFFER = 1 << 16;

  /** As git says it, and as its first versions that minded said it. */
  private static final Pattern FOREIGN =
      Pattern.compile("(?:dubious ownership in repository at |unsafe repository \\()'(.+?)'");

  private final World world;
  private final Path top;
  private final String prefix;

  private Repository(World world, Path top, String prefix) {
    this.world = world;
    this.top = top;
    this.prefix = prefix;
  }

  /** Something that a commit's tree holds, at whatever depth. */
  public record Item(String mode, String type, String hash, long size, RawPath path) {
    /** Whether it is a file, and no link, submodule or the like. */
    public boolean isFile() {
      return type.equals("blob") && (mode.equals("100644") || mode.equals("100755"));
    }

    /** Whether these are its bytes, by git's name for them. */
    public boolean holds(byte[] bytes) {
      return isFile() && Git.names(hash, bytes);
    }

    /** As {@code git ls-tree -r -z --full-tree} prints it. */
    public byte[] line() {
      return "%s %s %s\t%s\0"
          .formatted(mode, type, hash, path.latin1())
          .getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** A path as git knows it, which may be any bytes; each is a character of {@code latin1}. */
  public record RawPath(String latin1) {
    @Override
    public String toString() {
      return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
  }

  /** That which a folder lies in; empty where it lies in none, or git isn't there. */
  public static Optional<Repository> of(World world, Path folder) {
    return Git.ask(world, folder, Map.of(), "rev-parse", "--show-toplevel", "--show-prefix")
        .filter(lines -> !lines.isEmpty())
        .map(lines ->
            new Repository(world, Path.of(lines.getFirst()), lines.size() > 1 ? lines.get(1) : ""));
  }

  /** Why a folder lies in none, where it doesn't, in one sentence and what mends it. */
  public static String none(World world, Path folder) {
    Matcher foreign = FOREIGN.matcher(Git.complaint(world, folder, "rev-parse"));
    return foreign.find()
        ? "git doesn't read %s, which belongs to another user; if you trust it: `git config --global --add safe.directory %s`"
            .formatted(foreign.group(1), Commands.quote(foreign.group(1)))
        : folder + " lies in no git repository that git can read; `git init` makes it one";
  }

  /** Its working tree. */
  public Path top() {
    return top;
  }

  /** Where in it the folder lies that it was found by: empty, or with {@code /} at its end. */
  public String prefix() {
    return prefix;
  }

  /** Where git looks for hooks. */
  public Path hooks() {
    return path("--git-path", "hooks");
  }

  /** Where all working trees of the repository keep what they share. */
  public Path common() {
    return path("--git-common-dir");
  }

  private Path path(String... words) {
    return ask(Stream.concat(Stream.of("rev-parse"), Stream.of(words)).toArray(String[]::new))
        .map(lines -> top.resolve(lines.getFirst()).normalize())
        .orElse(top);
  }

  /** The full hash of the commit that a revision names, tags peeled; empty where it names none. */
  public Optional<String> commit(String revision) {
    return ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        .map(List::getFirst);
  }

  /** Whether git lets a tag be called so. */
  public boolean canTag(String name) {
    return ask("check-ref-format", "refs/tags/" + name).isPresent();
  }

  /**
   * Whether it holds files of a folder, committed or to be, and doesn't ignore what comes there.
   */
  public boolean tracks(Path folder) {
    return ask("ls-files", "--", ":(literal)" + folder).filter(it -> !it.isEmpty()).isPresent()
        && ask("check-ignore", "-q", "--", folder.toString()).isEmpty();
  }

  /** Whether its history was cut off when it was fetched. */
  public boolean shallow() {
    return ask("rev-parse", "--is-shallow-repository")
        .filter(lines -> lines.equals(List.of("false")))
        .isEmpty();
  }

  /** The files that differ between two commits, by their paths from the top. */
  public List<String> differing(String one, String other) {
    return ask("-c", "core.quotePath=false", "diff-tree", "-r", "--name-only", one, other)
        .orElse(List.of());
  }

  /** The tags that match one of the patterns on commits up to this one, latest first. */
  public List<String> tags(String commit, List<String> patterns) {
    List<String> words =
        new ArrayList<>(List.of("tag", "--list", "--sort=-creatordate", "--merged", commit, "--"));
    words.addAll(patterns);
    return patterns.isEmpty() ? List.of() : ask(words.toArray(String[]::new)).orElse(List.of());
  }

  /** All tags that match one of the patterns. */
  public List<String> allTags(List<String> patterns) {
    List<String> words = new ArrayList<>(List.of("tag", "--list", "--"));
    words.addAll(patterns);
    return patterns.isEmpty() ? List.of() : ask(words.toArray(String[]::new)).orElse(List.of());
  }

  /** The files below a folder, committed or not, that differ from HEAD. */
  public List<String> uncommitted(Path folder) {
    return ask("status", "--porcelain", "--untracked-files=all", "--", folder.toString())
        .orElse(List.of());
  }

  /**
   * All that a commit holds, in git's order.
   *
   * @throws IOException where git can't tell
   */
  public List<Item> items(String commit) throws IOException {
    return items(commit, new String[0]);
  }

  private List<Item> items(String commit, String... paths) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Stream<String> words = Stream.of("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--");
    run(
        _ -> {},
        in -> in.transferTo(bytes),
        Stream.concat(words, Stream.of(paths)).toArray(String[]::new));
    List<Item> items = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.ISO_8859_1).split("\0")) {
      if (!line.isEmpty()) {
        items.add(item(line));
      }
    }
    return List.copyOf(items);
  }

  private static Item item(String line) {
    int tab = line.indexOf('\t');
    String[] words = line.substring(0, tab).split(" +");
    return new Item(
        words[0],
        words[1],
        words[2],
        words[3].equals("-") ? 0 : Long.parseLong(words[3]),
        new RawPath(line.substring(tab + 1)));
  }

  /** What takes a file's content. */
  public interface Taker {
    /**
     * @param content ends with the file
     */
    void take(Item item, InputStream content) throws IOException;
  }

  /**
   * Hands out the contents of files, one after the other.
   *
   * @throws IOException where git can't read one, or the taker fails
   */
  public void read(List<Item> files, Taker taker) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    run(
        out -> {
          for (Item file : files) {
            out.write((file.hash() + "\n").getBytes(StandardCharsets.US_ASCII));
          }
        },
        in -> {
          for (Item file : files) {
            read(in, file, taker);
          }
        },
        "cat-file",
        "--batch");
  }

  /** A file of a commit; empty where it holds none there. */
  public Optional<byte[]> read(String commit, String path) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    List<Item> files =
        items(commit, path).stream()
            .filter(item -> item.isFile() && item.path().toString().equals(path))
            .toList();
    read(files, (_, content) -> contents.add(content.readAllBytes()));
    return contents.stream().findFirst();
  }

  private static void read(InputStream in, Item file, Taker taker) throws IOException {
    String head = "%s blob ".formatted(file.hash());
    String line = line(in);
    if (!line.startsWith(head)) {
      throw new IOException("git can't read %s: %s".formatted(file.path(), line));
    }
    Content content = new Content(in, Long.parseLong(line.substring(head.length())));
    taker.take(file, content);
    content.transferTo(OutputStream.nullOutputStream());
    in.skipNBytes(1);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c; (c = in.read()) != '\n'; line.append((char) c)) {
      if (c < 0 || line.length() > BUFFER) {
        throw new EOFException("git ended before its answer did");
      }
    }
    return line.toString();
  }

  /** So many bytes of a stream. */
  private static final class Content extends InputStream {
    private final InputStream in;
    private long left;

    Content(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int got = in.read(bytes, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw new EOFException("git ended before a file did");
      }
      left -= got;
      return got;
    }
  }

  private interface Reading {
    void read(InputStream in) throws IOException;
  }

  private interface Writing {
    void write(OutputStream out) throws IOException;
  }

  private void run(Writing writing, Reading reading, String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(Git.argv(words)).directory(top.toFile());
    builder.environment().clear();
    builder.environment().putAll(Git.environment(world));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process git = builder.start();
    Thread.startVirtualThread(() -> {
      try (OutputStream out = new BufferedOutputStream(git.getOutputStream())) {
        writing.write(out);
      } catch (IOException e) {
        // git ended before: its answer tells
      }
    });
    try (InputStream in = new BufferedInputStream(git.getInputStream(), BUFFER)) {
      reading.read(in);
      int code = git.waitFor();
      if (code != 0) {
        throw new IOException("`git %s` left with %d".formatted(String.join(" ", words), code));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("git was interrupted", e);
    } finally {
      git.destroyForcibly();
    }
  }

  private Optional<List<String>> ask(String... words) {
    return Git.ask(world, top, Map.of(), words);
  }
}
