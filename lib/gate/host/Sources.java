package gate.host;

import gate.base.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands in folders that git knows: every file that it doesn't ignore, committed or not. Git
 * hashes them into trees that only this object can see; the repositories stay as they are.
 */
public final class Sources {
  private static final String LITERAL = ":(top,literal)";
  private static final Pattern CHANGED_MODULE = Pattern.compile("^[12u] \\S+ S(?!\\.\\.\\.)");

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
  private final Path objects;
  private final Set<Repository> repositories = new LinkedHashSet<>();
  private final List<Path> besides;
  private final List<Path> folders;
  private int read;

  /** Where a repository keeps things; {@code index} may not be there yet. */
  private record Repository(Path folder, Optional<Store> store) {}

  private record Store(Path index, Path objects) {}

  /**
   * A folder's content.
   *
   * @param commit git's commit, or {@code unknown}
   * @param tree git's tree, or {@code unknown} where it doesn't know the folder
   * @param dirty whether that isn't the commit's, without what doesn't belong to it
   * @param modules whether a submodule holds something else than its commit
   */
  public record Content(Path folder, String commit, String tree, boolean dirty, boolean modules) {
    private boolean known() {
      return !tree.equals(Git.UNKNOWN_HASH);
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
    this.objects = Files.createDirectories(temp.resolve("objects"));
    this.besides = besides.stream().map(Sources::real).toList();
    this.folders = folders.stream().map(Sources::real).toList();
    this.folders.forEach(folder -> repositories.add(repository(folder)));
  }

  /** The content as it is now, by repository. */
  public List<Content> read() throws IOException {
    List<Content> contents = new ArrayList<>();
    for (Repository repository : repositories) {
      contents.add(read(repository));
    }
    return List.copyOf(contents);
  }

  /** The files that differ between two readings, below the folders that they were found in. */
  public List<Path> changed(List<Content> before, List<Content> now) {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      Content old = before.get(i);
      Content young = now.get(i);
      if (old.known() && !old.tree().equals(young.tree())) {
        files.addAll(young.known() ? differing(old, young) : List.of(old.folder()));
      } else if (old.known() && young.modules() && !old.modules()) {
        files.add(old.folder());
      }
    }
    return List.copyOf(files);
  }

  private List<Path> differing(Content old, Content young) {
    return repositories.stream()
        .filter(it -> it.folder().equals(old.folder()))
        .flatMap(it -> it.store().stream())
        .flatMap(store ->
            git(
                old.folder(),
                store,
                Map.of(),
                "-c",
                "core.quotePath=false",
                "diff-tree",
                "-r",
                "--name-only",
                old.tree(),
                young.tree())
                .orElse(List.of(""))
                .stream())
        .map(name -> old.folder().resolve(name))
        .toList();
  }

  private Content read(Repository repository) throws IOException {
    if (repository.store().isEmpty()) {
      return new Content(repository.folder(), Git.UNKNOWN_HASH, Git.UNKNOWN_HASH, true, false);
    }
    String commit =
        Git.ask(world, repository.folder(), Map.of(), "rev-parse", "HEAD")
            .map(List::getFirst)
            .orElse(Git.UNKNOWN_HASH);
    Path folder = repository.folder();
    Store store = repository.store().get();
    Optional<String> tree = tree(folder, store);
    boolean modules = modules(folder, store);
    return new Content(
        folder,
        commit,
        tree.orElse(Git.UNKNOWN_HASH),
        modules || tree.isEmpty() || !tree.equals(committed(folder, store)),
        modules);
  }

  /** As git tells of submodules in its format 2, whatever it was told to overlook. */
  private boolean modules(Path folder, Store store) {
    return git(
            folder,
            store,
            Map.of("GIT_INDEX_FILE", temp.resolve("index-" + read).toString()),
            "status",
            "--porcelain=v2",
            "--untracked-files=no",
            "--ignore-submodules=none")
        .map(lines -> lines.stream().anyMatch(line -> CHANGED_MODULE.matcher(line).find()))
        .orElse(true);
  }

  private Optional<String> tree(Path folder, Store store) throws IOException {
    Path index = temp.resolve("index-" + ++read);
    if (Files.exists(store.index())) {
      // with its time, by which git tells what may have changed since
      Files.copy(store.index(), index, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Map<String, String> env = Map.of("GIT_INDEX_FILE", index.toString());
    List<String> without = besides(folder);
    String[] add = words(List.of("add", "-A", "--", ":(top)"), without, ":(top,exclude,literal)");
    return looking(folder, store, env)
        .flatMap(_ -> git(folder, store, env, remove(without)))
        .flatMap(_ -> git(folder, store, env, add))
        .flatMap(_ -> overlooked(folder, store, env, without))
        .flatMap(
            files -> git(folder, store, env, words(List.of("add", "-f", "--"), files, LITERAL)))
        .flatMap(_ -> git(folder, store, env, "write-tree"))
        .map(List::getFirst);
  }

  /** What a build goes by and no commit tells of, since somebody has git ignore it. */
  private Optional<List<String>> overlooked(
      Path folder, Store store, Map<String, String> env, List<String> without) {
    String[] own =
        words(
            List.of("ls-files", "-z", "--others", "--exclude-per-directory=.gitignore", ":(top)"),
            without,
            ":(top,exclude,literal)");
    return git(folder, store, env, own)
        .map(lines -> Stream.of(String.join("\n", lines).split("\0")))
        .map(files ->
            Stream.concat(files.filter(it -> SOURCE.matcher(it).matches()), settings(folder))
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
  private Optional<List<String>> looking(Path folder, Store store, Map<String, String> env) {
    return git(folder, store, env, "update-index", "-q", "--unmerged", "--really-refresh")
        .flatMap(_ -> git(folder, store, env, "ls-files", "-t", "-z", "--full-name", ":(top)"))
        .map(lines -> String.join("\n", lines).split("\0"))
        .map(files ->
            Stream.of(files)
                .filter(file -> file.startsWith("S "))
                .map(file -> file.substring(2))
                .filter(file -> Files.exists(folder.resolve(file), LinkOption.NOFOLLOW_LINKS))
                .toList())
        .flatMap(files ->
            git(
                folder,
                store,
                env,
                words(List.of("update-index", "--no-skip-worktree", "--"), files, "")));
  }

  /** The tree of HEAD, without what doesn't belong to it. */
  private Optional<String> committed(Path folder, Store store) {
    Map<String, String> env = Map.of("GIT_INDEX_FILE", temp.resolve("head-" + read).toString());
    return git(folder, store, env, "read-tree", "HEAD")
        .flatMap(_ -> git(folder, store, env, remove(besides(folder))))
        .flatMap(_ -> git(folder, store, env, "write-tree"))
        .map(List::getFirst);
  }

  private static String[] remove(List<String> without) {
    return words(
        List.of("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", ".git"), without, LITERAL);
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

  private Optional<List<String>> git(
      Path folder, Store store, Map<String, String> env, String... words) {
    Map<String, String> all = new TreeMap<>(env);
    all.put("GIT_OBJECT_DIRECTORY", objects.toString());
    all.put("GIT_ALTERNATE_OBJECT_DIRECTORIES", store.objects().toString());
    return Git.ask(world, folder, all, words);
  }

  /** Without a store where git doesn't know the folder, or ignores it. */
  private Repository repository(Path folder) {
    Optional<List<String>> lines =
        Git.ask(
            world,
            folder,
            Map.of(),
            "rev-parse",
            "--show-toplevel",
            "--git-path",
            "index",
            "--git-path",
            "objects");
    boolean ignored =
        Git.ask(world, folder, Map.of(), "check-ignore", "-q", folder.toString()).isPresent();
    if (lines.isEmpty() || ignored) {
      return new Repository(folder, Optional.empty());
    }
    return new Repository(
        Path.of(lines.get().get(0)),
        Optional.of(
            new Store(
                folder.resolve(lines.get().get(1)).normalize(),
                folder.resolve(lines.get().get(2)).normalize())));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
