package gate.kernel;

import gate.base.ChangeTime;
import gate.base.Reason;
import gate.base.Secrets;
import gate.dsl.StepFailed;
import gate.journal.Event;
import gate.plan.Plan;
import gate.plan.Plan.PlannedStep;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The files that steps declare to write. Each has to be there after its step, written by it: judged
 * by the file's own marks before and after, and by a file that is made beside it, whose time comes
 * from the same file system; the wall clock is never asked. For any thread.
 */
final class Artifacts {
  /** A copy of an artifact up to this size is kept with the run. */
  static final long MOST_COPIED = 10L << 20;

  /** What all copies of a run take together. */
  static final long MOST_COPIED_IN_ALL = 100L << 20;

  private static final int TICK_MILLIS = 15;

  private final Plan plan;
  private final List<Kept> kept = new ArrayList<>();
  private long copied;

  Artifacts(Plan plan) {
    this.plan = plan;
  }

  /** An artifact that a step wrote. */
  private record Kept(String leg, int step, String stepName, String name, Path path) {}

  /**
   * An artifact before its step.
   *
   * @param marks those of the file that is there already, if one is
   * @param now the time of a file that was made just then
   */
  private record Expected(String name, Path path, Optional<String> marks, FileTime now) {}

  /** What is to be kept of one step. */
  final class OfStep {
    private final PlannedStep step;
    private final List<Expected> expected;

    private OfStep(PlannedStep step, List<Expected> expected) {
      this.step = step;
      this.expected = expected;
    }

    /**
     * Looks at them after the step, and keeps them.
     *
     * @throws StepFailed where one isn't there, is empty, is older than the step, or has a secret
     *     in it
     * @throws Broken where another step wrote the same file, or it can't be read
     */
    void keep(LegWork work) {
      for (Expected artifact : expected) {
        try {
          Artifacts.this.keep(artifact, step, work);
        } catch (IOException e) {
          throw new Broken("artifact `%s`: %s".formatted(artifact.name(), Reason.of(e)));
        }
      }
    }
  }

  /**
   * Looks at what is there before a step.
   *
   * @throws Broken where nothing can be written there
   */
  OfStep before(PlannedStep step) {
    List<Expected> expected = new ArrayList<>();
    for (String name : step.artifacts()) {
      Path path = Plan.artifact(plan.definition().folder(), name);
      try {
        FileTime now = now(path);
        if (Files.exists(path) && ChangeTime.of(path).compareTo(now) >= 0) {
          Thread.sleep(TICK_MILLIS); // or it couldn't be told from one that is written now
          now = now(path);
        }
        expected.add(new Expected(name, path, marks(path), now));
      } catch (IOException e) {
        throw new Broken("artifact `%s` can't be written: %s".formatted(name, Reason.of(e)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Cancelled();
      }
    }
    return new OfStep(step, expected);
  }

  private synchronized void keep(Expected artifact, PlannedStep step, LegWork work)
      throws IOException {
    String name = artifact.name();
    if (!Files.exists(artifact.path())) {
      throw new StepFailed("artifact `%s` isn't there after the step".formatted(name));
    }
    Path path = artifact.path().toRealPath();
    if (Paths.roots(plan).stream().noneMatch(root -> path.startsWith(Paths.real(root)))) {
      throw new StepFailed("artifact `%s` is a link that leads out, to %s".formatted(name, path));
    }
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new StepFailed("artifact `%s` is no file".formatted(name));
    }
    if (attributes.size() == 0) {
      throw new StepFailed("artifact `%s` is empty".formatted(name));
    }
    if (marks(artifact.path()).equals(artifact.marks()) || older(attributes, artifact)) {
      throw new StepFailed(
          "artifact `%s` is older than the step: of %s; let the step write it anew"
              .formatted(name, attributes.lastModifiedTime()));
    }
    for (Kept other : kept) {
      if (!(other.leg().equals(work.leg) && other.step() == step.number())
          && Files.exists(other.path())
          && Files.isSameFile(other.path(), path)) {
        throw new Broken(
            "artifact `%s` is the same file as `%s`, which step `%s` of leg `%s` wrote"
                .formatted(name, other.name(), other.stepName(), other.leg()));
      }
    }
    if (secret(path, work.secrets)) {
      throw new StepFailed(
          "artifact `%s` has a secret in it, and is kept as it is; let the step write it without"
              .formatted(name));
    }
    kept.add(new Kept(work.leg, step.number(), step.name(), name, path));
    work.journal.append(event(name, path, attributes.size(), step, work));
  }

  private static boolean secret(Path path, Secrets secrets) throws IOException {
    if (secrets.none()) {
      return false;
    }
    Secrets.Stream stream = secrets.stream();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(path)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        stream.next(buffer, got);
      }
    }
    return stream.found();
  }

  /** A clock that was set back meanwhile makes what is new look old, never the other way round. */
  private static boolean older(BasicFileAttributes attributes, Expected artifact)
      throws IOException {
    FileTime after = now(artifact.path());
    FileTime least = after.compareTo(artifact.now()) < 0 ? after : artifact.now();
    return attributes.lastModifiedTime().compareTo(least) < 0;
  }

  private Event.ArtifactKept event(
      String name, Path path, long size, PlannedStep step, LegWork work) throws IOException {
    String copy = "";
    MessageDigest sha256 = sha256();
    long read = 0;
    if (size <= MOST_COPIED && copied + size <= MOST_COPIED_IN_ALL) {
      copy = work.folder.artifact(work.leg, work.attempt, step.number(), kept.size(), name);
      try (OutputStream out =
          Files.newOutputStream(
              work.folder.path().resolve(copy),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE)) {
        read = digest(path, sha256, out);
      }
      copied += read;
    } else {
      read = digest(path, sha256, OutputStream.nullOutputStream());
    }
    return new Event.ArtifactKept(
        work.leg,
        work.attempt,
        step.number(),
        name,
        path.toString(),
        read,
        HexFormat.of().formatHex(sha256.digest()),
        copy);
  }

  private static long digest(Path path, MessageDigest sha256, OutputStream copy)
      throws IOException {
    long read = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(path)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        sha256.update(buffer, 0, got);
        copy.write(buffer, 0, got);
        read += got;
      }
    }
    return read;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What tells a file from an older one at its place; empty where there is none. */
  private static Optional<String> marks(Path path) throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return Optional.of(
        "%s %d %s %s"
            .formatted(
                attributes.fileKey(),
                attributes.size(),
                attributes.lastModifiedTime(),
                ChangeTime.of(path)));
  }

  /** The time of a file made just now, in the same file system. */
  private static FileTime now(Path path) throws IOException {
    Path folder = path.getParent();
    while (!Files.isDirectory(folder)) {
      folder = folder.getParent();
    }
    Path stamp = Files.createTempFile(folder, ".matrix-", "");
    try {
      return Files.getLastModifiedTime(stamp);
    } finally {
      Files.delete(stamp);
    }
  }
}
