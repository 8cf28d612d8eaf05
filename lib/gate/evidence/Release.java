package gate.evidence;

import gate.base.Reason;
import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.definition.DefinitionLoader;
import gate.definition.Loaded;
import gate.evidence.Manifest.Elsewhere;
import gate.host.Repository;
import gate.host.Repository.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a commit may be released: decided by what the commit itself holds, and nothing else. */
public final class Release {
  private static final long LARGEST = 1L << 30;
  private static final int NAMED = 5;

  private final World world;
  private final Question question;
  private final Repository repository;
  private final List<String> unreadable = new ArrayList<>();

  private Release(World world, Question question, Repository repository) {
    this.world = world;
    this.question = question;
    this.repository = repository;
  }

  /**
   * What is asked.
   *
   * @param definition where matrix.yaml lies in the working tree; the commit's is used
   * @param revision the commit, or a name of it; empty: the tag's, or else HEAD
   * @param tag the tag that it is to get, or has
   * @param gate this gate's version
   * @param workspaces gives the folders of a definition's workspaces
   * @param temp an empty folder
   */
  public record Question(
      Path definition,
      Optional<String> revision,
      Optional<String> tag,
      String gate,
      Function<Definition, Map<String, Path>> workspaces,
      Path temp) {}

  /**
   * What is answered.
   *
   * @param commit its full hash
   * @param content the digest of what is to be released
   * @param evidence the folder that was held against the policy, from the repository's top
   */
  public record Answer(String commit, String content, Optional<String> evidence, List<Rule> rules) {
    /** Whether it may be released. */
    public boolean allowed() {
      return !rules.isEmpty() && rules.stream().allMatch(Rule::passed);
    }
  }

  /**
   * Decides.
   *
   * @throws EvidenceRefused where there is nothing to decide on
   */
  public static Answer of(World world, Question question) {
    Path folder = question.definition().toAbsolutePath().getParent();
    Repository repository =
        Repository.of(world, folder)
            .orElseThrow(() -> new EvidenceRefused(Repository.none(world, folder)));
    try {
      return new Release(world, question, repository).answer();
    } catch (IOException e) {
      throw new EvidenceRefused("cannot read the commit: " + Reason.of(e));
    }
  }

  /**
   * Whether a tag is a release's, by the patterns of the commit that it is on; a commit that tells
   * none is asked about, so that it is refused.
   */
  public static boolean isRelease(World world, Path definition, String tag, String object) {
    Path folder = definition.toAbsolutePath().getParent();
    return Repository.of(world, folder)
        .map(repository -> {
          try {
            String path = repository.prefix() + definition.getFileName();
            Optional<byte[]> text = repository.read(object + "^{commit}", path);
            return text.isEmpty()
                || !(DefinitionLoader.parse(Path.of(path), text.get())
                    instanceof Loaded.Ok(Definition read))
                || read.gate().isRelease(tag);
          } catch (IOException e) {
            return true;
          }
        })
        .orElse(true);
  }

  /** Evidence in a commit. */
  private record Candidate(String path, Manifest manifest, List<Item> files) {}

  private Answer answer() throws IOException {
    String hash = hash();
    Commit commit = read(hash);
    List<Candidate> all = candidates(hash);
    List<Candidate> fitting =
        all.stream().filter(it -> it.manifest().content().equals(commit.content())).toList();
    if (fitting.isEmpty()) {
      return new Answer(hash, commit.content(), Optional.empty(), List.of(none(commit, all)));
    }
    Answer best = null;
    for (Candidate candidate : fitting) {
      Answer answer = held(commit, candidate);
      if (best == null || failures(answer) < failures(best)) {
        best = answer;
      }
    }
    return best;
  }

  private String hash() {
    Optional<String> tagged = question.tag().flatMap(tag -> repository.commit("refs/tags/" + tag));
    String revision = question.revision().orElse("HEAD");
    Optional<String> named =
        question.revision().isEmpty() && tagged.isPresent() ? tagged : repository.commit(revision);
    if (named.isEmpty()) {
      throw new EvidenceRefused(
          "there is no commit %s in %s".formatted(Shown.value(revision), repository.top()));
    }
    if (tagged.isPresent() && !tagged.equals(named)) {
      throw new EvidenceRefused(
          "tag %s is on commit %s already, not on %s"
              .formatted(Shown.value(question.tag().orElse("")), tagged.get(), named.get()));
    }
    return named.get();
  }

  private static long failures(Answer answer) {
    return answer.rules().stream().filter(rule -> !rule.passed()).count();
  }

  private Commit read(String hash) throws IOException {
    return Commit.read(repository, hash, question.definition().getFileName().toString());
  }

  /** The evidence that a commit holds, the latest first; what can't be read is none. */
  private List<Candidate> candidates(String hash) throws IOException {
    String parent = repository.prefix() + EvidenceFolder.PARENT + "/";
    Map<String, List<Item>> folders = new TreeMap<>(Comparator.reverseOrder());
    for (Item item : repository.items(hash)) {
      String path = item.path().toString();
      int end = path.indexOf('/', parent.length());
      if (path.startsWith(parent)
          && end > 0
          && EvidenceFolder.isOne(path.substring(parent.length(), end))) {
        folders.computeIfAbsent(path.substring(0, end), _ -> new ArrayList<>()).add(item);
      }
    }
    List<Item> wanted =
        folders.entrySet().stream()
            .flatMap(it ->
                it.getValue().stream()
                    .filter(Item::isFile)
                    .filter(file ->
                        file.path().toString().equals(it.getKey() + "/" + EvidenceFolder.MANIFEST)))
            .toList();
    Map<String, Manifest> read = new TreeMap<>();
    repository.read(
        wanted,
        (item, in) -> {
          String path = item.path().toString();
          try {
            read.put(
                path.substring(0, path.lastIndexOf('/')), Manifest.read(in.readAllBytes(), path));
          } catch (EvidenceRefused e) {
            unreadable.add(e.getMessage());
          }
        });
    return folders.entrySet().stream()
        .filter(it -> read.containsKey(it.getKey()))
        .map(it -> new Candidate(it.getKey(), read.get(it.getKey()), it.getValue()))
        .toList();
  }

  private Rule none(Commit commit, List<Candidate> all) throws IOException {
    String fix =
        "on exactly this content run `./jbang matrix.java`, then `matrix evidence promote`, and"
            + " commit docs/evidence";
    Path parent = question.definition().toAbsolutePath().resolveSibling(EvidenceFolder.PARENT);
    List<String> uncommitted = repository.uncommitted(parent);
    if (!uncommitted.isEmpty()) {
      fix = "commit what lies in %s, and ask again; or %s".formatted(EvidenceFolder.PARENT, fix);
    }
    if (all.isEmpty()) {
      String why = unreadable.isEmpty() ? "" : " that can be read: " + unreadable.getFirst();
      return Rule.failed("evidence", "the commit holds none" + why, fix);
    }
    Candidate latest = all.getFirst();
    List<String> changed =
        repository.differing(latest.manifest().commit(), commit.hash()).stream()
            .filter(path ->
                commit.unbound().stream().noneMatch(it -> (path + "/").startsWith(it + "/")))
            .toList();
    String names = changed.stream().limit(NAMED).collect(Collectors.joining(", "));
    return Rule.failed(
        "evidence",
        "none is for exactly this content; the latest, %s, is for commit %.12s%s"
            .formatted(
                latest.path(),
                latest.manifest().commit(),
                changed.isEmpty()
                    ? ""
                    : ", since when %s changed%s"
                        .formatted(
                            Shown.line(names),
                            changed.size() > NAMED
                                ? " and %d more files".formatted(changed.size() - NAMED)
                                : "")),
        fix);
  }

  private Answer held(Commit commit, Candidate candidate) throws IOException {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.passed("evidence", candidate.path() + " is for exactly this content"));
    Verified kept = verified(commit.signers(), candidate, question.temp());
    rules.add(whole(kept));
    if (kept.manifest().isPresent() && kept.run().isPresent()) {
      rules.add(tested(commit, kept.manifest().get()));
      Function<Path, Optional<Repository>> elsewhere = folder -> Repository.of(world, folder);
      rules.addAll(
          new Origin(repository, commit, question.definition(), elsewhere)
              .rules(kept, question.workspaces().apply(commit.definition())));
      rules.addAll(elsewhere(commit, kept.manifest().get()));
      rules.addAll(Policy.rules(commit.definition(), kept, last(commit), world.clock().instant()));
    }
    return new Answer(
        commit.hash(), commit.content(), Optional.of(candidate.path()), List.copyOf(rules));
  }

  private static Rule whole(Verified kept) {
    if (kept.faults().isEmpty()) {
      return Rule.passed("whole", "its files, its reports and its journal agree");
    }
    return Rule.failed(
        "whole",
        kept.faults().stream().limit(NAMED).collect(Collectors.joining("; "))
            + (kept.faults().size() > NAMED
                ? "; and %d more".formatted(kept.faults().size() - NAMED)
                : ""),
        "restore the folder from an earlier commit, or keep the run anew");
  }

  /** The commit that the run was made on has to hold what is released. */
  private Rule tested(Commit commit, Manifest manifest) throws IOException {
    if (repository.commit(manifest.commit()).isEmpty()) {
      return Rule.failed(
          "tested commit",
          "commit %s, on which the run was made, isn't in this repository"
              .formatted(manifest.commit()),
          "fetch it (`git fetch --unshallow`, or its branch), or run on this commit");
    }
    String content = Content.of(repository, manifest.commit(), commit.unbound()).digest();
    return content.equals(commit.content())
        ? Rule.passed("tested commit", "%.12s holds the same content".formatted(manifest.commit()))
        : Rule.failed(
            "tested commit",
            "commit %s, on which the run was made, holds other content"
                .formatted(manifest.commit()),
            "run on this content");
  }

  /** What was tested from other repositories has to be what stands there now. */
  private List<Rule> elsewhere(Commit commit, Manifest manifest) throws IOException {
    Map<String, String> now = new TreeMap<>();
    for (Map.Entry<String, Path> workspace :
        question.workspaces().apply(commit.definition()).entrySet()) {
      Optional<Repository> other =
          Files.isDirectory(workspace.getValue())
              ? Repository.of(world, workspace.getValue())
              : Optional.empty();
      Optional<String> head = other.flatMap(it -> it.commit("HEAD"));
      if (head.isPresent() && !other.get().top().equals(repository.top())) {
        now.put(workspace.getKey(), Content.of(other.get(), head.get(), List.of()).digest());
      }
    }
    List<Rule> rules = new ArrayList<>();
    for (Elsewhere tested : manifest.elsewhere()) {
      String rule = "content elsewhere";
      if (now.containsValue(tested.content())) {
        rules.add(
            Rule.passed(rule, "commit %.12s of %s".formatted(tested.commit(), tested.folder())));
      } else {
        rules.add(
            Rule.failed(
                rule,
                "the run tested commit %.12s of %s, and no workspace has that content now"
                    .formatted(tested.commit(), tested.folder()),
                "check that commit out, and name its folder by the workspace's variable"));
      }
    }
    now.forEach((workspace, digest) -> {
      if (manifest.elsewhere().stream().noneMatch(it -> it.content().equals(digest))) {
        rules.add(
            Rule.failed(
                "workspace " + workspace,
                "it lies in another repository now, whose content the run didn't test",
                "unset its variable, or run with it"));
      }
    });
    return rules;
  }

  private Verified verified(Signers signers, Candidate candidate, Path temp) throws IOException {
    Path folder = temp.resolve(Path.of(candidate.path()).getFileName());
    List<String> faults = extract(candidate, folder);
    Verified verified = Verification.of(folder, signers, question.gate());
    faults.addAll(verified.faults());
    return verified.with(faults);
  }

  /** Writes evidence out of its commit; what is no plain file is told, and left there. */
  private List<String> extract(Candidate candidate, Path folder) throws IOException {
    List<String> faults = new ArrayList<>();
    List<Item> files = new ArrayList<>();
    long size = 0;
    for (Item item : candidate.files()) {
      String name = item.path().toString().substring(candidate.path().length() + 1);
      size += item.size();
      if (!item.isFile() || !Sums.mayBeKept(name)) {
        faults.add("%s is none of the files that the gate keeps".formatted(Shown.value(name)));
      } else {
        files.add(item);
      }
    }
    if (size > LARGEST) {
      throw new EvidenceRefused("%s is larger than 1 GiB".formatted(candidate.path()));
    }
    Files.createDirectories(folder);
    repository.read(
        files,
        (item, in) ->
            write(
                in,
                folder.resolve(item.path().toString().substring(candidate.path().length() + 1))));
    return faults;
  }

  private static void write(InputStream in, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.copy(in, file);
  }

  /** The release before: the latest tag of the policy's kind on an earlier commit. */
  private LastRelease last(Commit commit) throws IOException {
    List<String> patterns = commit.definition().gate().tags();
    if (!patterns.isEmpty() && repository.shallow()) {
      return new LastRelease.CutOff();
    }
    for (String tag : repository.tags(commit.hash(), patterns)) {
      Optional<String> hash = repository.commit("refs/tags/" + tag);
      if (!question.tag().equals(Optional.of(tag))
          && hash.isPresent()
          && !hash.get().equals(commit.hash())) {
        return last(tag, hash.get());
      }
    }
    return new LastRelease.None();
  }

  /** By what its evidence says is unbound: its matrix.yaml may be one of another gate's. */
  private LastRelease last(String tag, String hash) throws IOException {
    for (Candidate candidate : candidates(hash)) {
      Manifest manifest = candidate.manifest();
      String content = Content.of(repository, hash, manifest.unbound()).digest();
      if (manifest.content().equals(content)) {
        Path folder = question.temp().resolve("last");
        Verified kept = verified(new Signers(List.of()), candidate, folder);
        if (kept.run().isPresent()) {
          return new LastRelease.Passed(
              tag,
              kept.run().get().legs().stream()
                  .collect(
                      Collectors.toMap(
                          leg -> leg.plan().leg(), Policy::passed, (a, _) -> a, TreeMap::new)));
        }
      }
    }
    return new LastRelease.Silent(tag);
  }
}
