package gate.host;

import gate.base.World;
import gate.host.OwnGit.Ignored;
import gate.host.OwnGit.Objects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands in folders that git knows: every file that it doesn't ignore, committed or not. Git
 * hashes their bytes, as they are, into trees that only this object can see; the repositories stay
 * as they are.
 */
public final class Sources {
  private static final String LITERAL = ":(top,literal)";
  private static final String MODULE = "160000";
  private static final String LINK = "120000";
  private static final String[] WRITE_TREE = {"write-tree", "--missing-ok"};

  /** What builds and legs are made of. */
  private static final Pattern SOURCE =
      Pattern.compile("(?:.*/)?(?:[^/]+\\.(?:rs|groovy|java|proto)|Cargo\\.(?:toml|lock))");

  private static final List<String> SETTINGS =
      List.of(
          ".cargo/config",
          ".cargo/config.toml",
          "Cargo.lock",
          "Cargo.toml",
          "rust-toolchain",
          "rust-toolchain.toml");

  private final World world;
  private final Path temp;
  private final List<Path> besides;
  private final List<Path> folders;
  private final Map<Path, Repository> repositories = new LinkedHashMap<>();
  private final Map<Path, Repository> modules = new HashMap<>();
  private final Set<Path> held = new HashSet<>();
  private final Map<Path, String> objects = new HashMap<>();
  private final List<Link> links = new ArrayList<>();
  private int read;

  /** A link that git knows, and where it leads. */
  public record Link(Path link, Path target) {}

  /** Without a store where git doesn't know the folder, or ignores it. */
  private record Repository(Path folder, Optional<Store> store) {}

  /**
   * Where a repository keeps things.
   *
   * @param index may not be there yet
   * @param raw git that takes each file as the bytes that it holds
   */
  private record Store(Path index, Objects objects, Ignored ignored, OwnGit raw) {}

  /** A file of an index. */
  private record Item(String mode, String object, String path) {}

  /**
   * What was read of a repository.
   *
   * @param index git's index of it
   * @param tree empty where git can't tell
   */
  private record Reading(Path index, Optional<String> tree, List<Item> items) {}

  /**
   * A folder's content.
   *
   * @param commit git's commit, or {@code unknown}
   * @param tree git's tree of the files' bytes, or {@code unknown} where it doesn't know the folder
   * @param differing the files that aren't the commit's, without what doesn't belong to it; the
   *     folder itself where git can't tell
   * @param modules its submodules
   */
  public record Content(
      Path folder, String commit, String tree, List<String> differing, List<Content> modules) {
    private boolean known() {
      return !tree.equals(Git.UNKNOWN_HASH);
    }

    /** Whether it isn't the commit's. */
    public boolean dirty() {
      return !differing.isEmpty();
    }
  }

  /**
   * @param temp a folder of its own, for as long as it is used
   * @param folders what to look at: the repositories that they lie in
   * @param besides files and folders that don't belong to it
   */
  public Sources(World world, Path temp, List<Path> folders, List<Path> besides)
      throws IOException {
    this.world = world;
    this.temp = temp;
    this.besides = besides.stream().map(Sources::real).toList();
    this.folders = folders.stream().map(Sources::real).toList();
    Files.createDirectories(temp.resolve("objects"));
    for (Path folder : this.folders) {
      Repository repository = repository(folder);
      repositories.putIfAbsent(repository.folder(), repository);
    }
  }

  /** The content as it is now, by repository. */
  public List<Content> read() throws IOException {
    List<Content> contents = new ArrayList<>();
    for (Repository repository : repositories.values()) {
      contents.add(read(repository));
    }
    return List.copyOf(contents);
  }

  /** Whether a file or folder is none of those that were read: its path has links resolved. */
  public boolean isStray(Path path) {
    return !held.contains(path)
        && !besides.contains(path)
        && repositories.values().stream()
            .filter(it -> it.store().isEmpty())
            .noneMatch(it -> path.startsWith(it.folder()));
  }

  /** Whether a file lies in a repository that was read, or in what doesn't belong to it. */
  public boolean isWithin(Path file) {
    return besides.stream().anyMatch(file::startsWith)
        || repositories.values().stream()
            .filter(it -> it.store().isPresent())
            .anyMatch(it -> file.startsWith(it.folder()));
  }

  /**
   * Whether a file that was read holds something else now.
   *
   * @param file its path, links resolved
   */
  public boolean differs(Path file) throws IOException {
    String object = objects.get(file);
    return object != null && !Git.names(object, Files.readAllBytes(file));
  }

  /** The links that were read and that lead to what wasn't, save dangling ones within. */
  public List<Link> strayLinks() {
    return links.stream()
        .filter(it ->
            Files.exists(it.target())
                ? isStray(it.target())
                : repositories.keySet().stream().noneMatch(it.target()::startsWith))
        .toList();
  }

  private void hold(Path folder, List<Item> items) throws IOException {
    held.add(folder);
    for (Item item : items) {
      Path path = folder.resolve(item.path());
      if (item.mode().equals(LINK) && Files.isSymbolicLink(path)) {
        links.add(new Link(path, target(path)));
      } else {
        objects.put(path, item.object());
        for (Path at = path; held.add(at); at = at.getParent()) {}
      }
    }
  }

  private static Path target(Path link) throws IOException {
    return Files.exists(link)
        ? link.toRealPath()
        : link.resolveSibling(Files.readSymbolicLink(link)).normalize();
  }

  /** The files that differ from what was read, below the folders that they were found in. */
  public List<Path> changed(List<Content> before) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Content old : before) {
      Repository repository = repositories.getOrDefault(old.folder(), modules.get(old.folder()));
      if (old.known() && repository.store().isPresent()) {
        Store store = repository.store().get();
        Reading now = reading(repository.folder(), store);
        if (now.tree().isEmpty()) {
          files.add(old.folder());
        } else if (!now.tree().get().equals(old.tree())) {
          diff(store, now.index(), old.tree(), now.tree().get())
              .forEach(it -> files.add(old.folder().resolve(it.path())));
        }
        files.addAll(changed(old.modules()));
      }
    }
    return List.copyOf(files);
  }

  private Content read(Repository repository) throws IOException {
    Path folder = repository.folder();
    if (repository.store().isEmpty()) {
      return unknown(folder, Git.UNKNOWN_HASH);
    }
    Store store = repository.store().get();
    String commit =
        Git.ask(world, folder, Map.of(), "rev-parse", "HEAD")
            .map(List::getFirst)
            .orElse(Git.UNKNOWN_HASH);
    Reading reading = reading(folder, store);
    if (reading.tree().isEmpty()) {
      return unknown(folder, commit);
    }
    hold(folder, reading.items());
    List<Content> within = modules(folder, reading.items());
    List<String> differing = new ArrayList<>(differing(folder, store, commit, reading));
    within.stream()
        .filter(Content::dirty)
        .map(module -> folder.relativize(module.folder()).toString())
        .forEach(differing::add);
    return new Content(
        folder, commit, reading.tree().get(), differing.stream().distinct().toList(), within);
  }

  private static Content unknown(Path folder, String commit) {
    return new Content(folder, commit, Git.UNKNOWN_HASH, List.of(folder.toString()), List.of());
  }

  /** What the submodules hold that are there. */
  private List<Content> modules(Path folder, List<Item> items) throws IOException {
    List<Content> contents = new ArrayList<>();
    for (Item item : items) {
      Path module = folder.resolve(item.path());
      if (item.mode().equals(MODULE) && Files.exists(module.resolve(".git"))) {
        Repository repository = repository(real(module));
        modules.put(repository.folder(), repository);
        contents.add(read(repository));
      }
    }
    return List.copyOf(contents);
  }

  private List<String> differing(Path folder, Store store, String commit, Reading reading)
      throws IOException {
    Path index = temp.resolve("head-" + read);
    Optional<String> tree =
        store
            .raw()
            .ask(index, "read-tree", commit)
            .flatMap(_ -> store.raw().ask(index, remove(besides(folder))))
            .flatMap(_ -> store.raw().ask(index, WRITE_TREE))
            .map(List::getFirst);
    if (tree.isEmpty()) {
      return List.of(folder.toString());
    }
    if (tree.equals(reading.tree())) {
      return List.of();
    }
    List<Changed> changed = diff(store, index, tree.get(), reading.tree().get());
    List<String> bytes = changed.stream().filter(Changed::onlyBytes).map(Changed::path).toList();
    Path out = Files.createDirectories(temp.resolve("out-" + read));
    OwnGit own =
        OwnGit.create(
            world, temp.resolve("own-" + read), out, store.objects(), "", store.ignored());
    Set<String> others = new HashSet<>(new AsCommitted(own, index, out).others(folder, bytes));
    return changed.stream()
        .filter(it -> !it.onlyBytes() || others.contains(it.path()))
        .map(Changed::path)
        .toList();
  }

  /** A file that differs between two trees. */
  private record Changed(String modes, String path) {
    /** Whether it is a file in both, of one mode. */
    boolean onlyBytes() {
      return modes.equals(":100644 100644") || modes.equals(":100755 100755");
    }
  }

  private static List<Changed> diff(Store store, Path index, String one, String other) {
    List<String> words =
        store
            .raw()
            .list(index, "diff-tree", "-r", "-z", "--no-renames", "--raw", one, other)
            .orElse(List.of("", ""));
    List<Changed> changed = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      String[] told = words.get(i).split(" ");
      changed.add(new Changed(told.length < 2 ? "" : told[0] + " " + told[1], words.get(i + 1)));
    }
    return changed;
  }

  private Reading reading(Path folder, Store store) throws IOException {
    Path index = temp.resolve("index-" + ++read);
    if (Files.exists(store.index())) {
      // with its time, by which git tells what may have changed since
      Files.copy(store.index(), index, StandardCopyOption.COPY_ATTRIBUTES);
    }
    OwnGit git = store.raw();
    List<String> without = besides(folder);
    String[] add = words(List.of("add", "-A", "--", ":(top)"), without, ":(top,exclude,literal)");
    Optional<String> tree =
        looking(folder, git, index)
            .flatMap(_ -> git.ask(index, remove(without)))
            .flatMap(_ -> git.ask(index, add))
            .flatMap(_ -> git.ask(index, "add", "--renormalize", "--", ":(top)"))
            .flatMap(_ -> overlooked(folder, git, index, without))
            .flatMap(files ->
                files.isEmpty()
                    ? Optional.of(files)
                    : git.ask(index, words(List.of("add", "-f", "--"), files, LITERAL)))
            .flatMap(_ -> git.ask(index, WRITE_TREE))
            .map(List::getFirst);
    List<Item> items =
        git.list(index, "ls-files", "-s", "-z").orElse(List.of()).stream()
            .map(it -> {
              String[] words = it.substring(0, it.indexOf('\t')).split(" ");
              return new Item(words[0], words[1], it.substring(it.indexOf('\t') + 1));
            })
            .toList();
    return new Reading(index, tree, items);
  }

  /** What a build goes by and no commit tells of, since somebody has git ignore it. */
  private Optional<List<String>> overlooked(
      Path folder, OwnGit git, Path index, List<String> without) {
    String[] own =
        words(
            List.of("ls-files", "-z", "--others", "--exclude-per-directory=.gitignore", ":(top)"),
            without,
            ":(top,exclude,literal)");
    return git.list(index, own)
        .map(files ->
            Stream.concat(
                    files.stream().filter(it -> SOURCE.matcher(it).matches()), settings(folder))
                .distinct()
                .toList());
  }

  /** Cargo's own files for a folder that is built, in it and above it. */
  private Stream<String> settings(Path top) {
    return folders.stream()
        .flatMap(folder ->
            Stream.iterate(folder, it -> it != null && it.startsWith(top), Path::getParent))
        .flatMap(folder -> SETTINGS.stream().map(folder::resolve))
        .filter(Files::isRegularFile)
        .map(file -> top.relativize(file).toString());
  }

  /** Has git look at files that somebody told it to take as unchanged, or not to look at. */
  private static Optional<List<String>> looking(Path folder, OwnGit git, Path index) {
    return git.list(index, "ls-files", "-v", "-z", "--full-name", ":(top)")
        .flatMap(files -> {
          List<String> unseen =
              files.stream()
                  .filter(file -> file.startsWith("S ") || file.startsWith("s "))
                  .map(file -> file.substring(2))
                  .filter(file -> Files.exists(folder.resolve(file), LinkOption.NOFOLLOW_LINKS))
                  .toList();
          List<String> taken =
              files.stream()
                  .filter(file -> Character.isLowerCase(file.charAt(0)))
                  .map(file -> file.substring(2))
                  .toList();
          return update(git, index, "--no-assume-unchanged", taken)
              .flatMap(_ -> update(git, index, "--no-skip-worktree", unseen));
        });
  }

  private static Optional<List<String>> update(
      OwnGit git, Path index, String option, List<String> files) {
    return files.isEmpty()
        ? Optional.of(files)
        : git.ask(index, files, "update-index", option, "-z", "--stdin");
  }

  /** From the index alone, and whatever the files hold: there is no commit to compare them with. */
  private static String[] remove(List<String> without) {
    return words(
        List.of("rm", "-r", "-f", "-q", "--cached", "--ignore-unmatch", "--", ".git"),
        without,
        LITERAL);
  }

  /** Without those that are ignored anyway: git takes offence at their being named. */
  private List<String> besides(Path folder) {
    List<String> paths =
        besides.stream()
            .filter(path -> path.startsWith(folder))
            .map(path -> folder.relativize(path).toString())
            .toList();
    Set<String> ignored =
        Set.copyOf(
            Git.ask(world, folder, Map.of(), words(List.of("check-ignore", "--"), paths, ""))
                .orElse(List.of()));
    List<String> seen = paths.stream().filter(path -> !ignored.contains(path)).toList();
    Set<String> tracked = Set.copyOf(tracked(folder, seen));
    return seen.stream().filter(path -> !tracked.contains(path)).toList();
  }

  /**
   * The folders that hold something of a commit: whoever names one for logs hides nothing there.
   */
  private List<String> tracked(Path folder, List<String> paths) {
    List<String> folders =
        paths.stream().filter(path -> Files.isDirectory(folder.resolve(path))).toList();
    List<String> words = List.of("ls-files", "-z", "--full-name", "--");
    String files =
        folders.isEmpty()
            ? ""
            : Git.ask(world, folder, Map.of(), words(words, folders, LITERAL))
                .map(lines -> String.join("\n", lines))
                .orElse("");
    return folders.stream()
        .filter(path -> Stream.of(files.split("\0")).anyMatch(it -> it.startsWith(path + "/")))
        .toList();
  }

  private static String[] words(List<String> words, List<String> paths, String magic) {
    return Stream.concat(words.stream(), paths.stream().map(path -> magic + path))
        .toArray(String[]::new);
  }

  private Repository repository(Path folder) throws IOException {
    Optional<List<String>> lines =
        Git.ask(
            world,
            folder,
            Map.of(),
            "rev-parse",
            "--show-toplevel",
            "--show-object-format",
            "--git-path",
            "index",
            "--git-path",
            "objects",
            "--git-path",
            "info/exclude");
    boolean ignored =
        Git.ask(world, folder, Map.of(), "check-ignore", "-q", folder.toString()).isPresent();
    if (lines.isEmpty() || ignored) {
      return new Repository(folder, Optional.empty());
    }
    Path top = Path.of(lines.get().get(0));
    if (repositories.containsKey(top) || modules.containsKey(top)) {
      return repositories.getOrDefault(top, modules.get(top));
    }
    Objects objects =
        new Objects(
            lines.get().get(1),
            folder.resolve(lines.get().get(3)).normalize(),
            temp.resolve("objects"));
    Ignored excluded =
        new Ignored(folder.resolve(lines.get().get(4)).normalize(), userExcludes(folder));
    Path own = temp.resolve("raw-%d-%d".formatted(repositories.size(), modules.size()));
    return new Repository(
        top,
        Optional.of(
            new Store(
                folder.resolve(lines.get().get(2)).normalize(),
                objects,
                excluded,
                OwnGit.create(world, own, top, objects, OwnGit.RAW, excluded))));
  }

  private Path userExcludes(Path folder) {
    String settings = world.env("XDG_CONFIG_HOME");
    return Git.ask(world, folder, Map.of(), "config", "--path", "--get", "core.excludesFile")
        .map(lines -> folder.resolve(lines.getFirst()))
        .orElse(
            (settings.isEmpty() ? Path.of(world.env("HOME"), ".config") : Path.of(settings))
                .resolve("git/ignore"));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
