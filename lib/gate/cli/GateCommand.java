package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.definition.Definition;
import gate.evidence.Release;
import gate.evidence.Rule;
import gate.host.Repository;
import gate.kernel.Broken;
import gate.kernel.TempFolder;
import gate.plan.Refused;
import gate.plan.Toggles;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code matrix gate}. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says whether a commit may be released, by the evidence that it holds and the policy of its"
          + " matrix.yaml. It needs no network."
    })
final class GateCommand extends Answering {
  @Mixin private Common common;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "The tag that the commit is to get, or that names it.")
  private String tag;

  @Option(
      names = "--commit",
      paramLabel = "COMMIT",
      description = "The commit; by default the tag's where there is that tag, or else HEAD.")
  private String commit;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(
      names = "--install-hook",
      description = {
        "Puts a pre-push hook in place that lets no release's tag out which this refuses. A"
            + " convenience: `git push --no-verify` goes round it."
      })
  private boolean installHook;

  @Option(names = "--pre-push", hidden = true, description = "Decides on the tags on stdin.")
  private boolean prePush;

  GateCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    if (installHook) {
      Path folder = Project.load(world(), common.file()).definition().folder().toAbsolutePath();
      Repository repository =
          Repository.of(world(), folder)
              .orElseThrow(() -> new Refused(Repository.none(world(), folder)));
      world().out().println(new Hook(world(), repository, common.file()).install());
      return ExitCode.OK;
    }
    return prePush ? pushed() : decided();
  }

  private int decided() {
    asked();
    Release.Answer answer = answer(Optional.ofNullable(commit), Optional.ofNullable(tag));
    if (json) {
      world().out().println(Json.text(fields(answer)));
    } else {
      print(answer, Optional.ofNullable(tag), world().out());
    }
    return answer.allowed() ? ExitCode.OK : ExitCode.NOT_ALLOWED;
  }

  /** Refuses what can name no tag, or no commit; without a repository there is nobody to ask. */
  private void asked() {
    Path folder = Project.file(world(), common.file()).toAbsolutePath().getParent();
    Repository.of(world(), folder)
        .ifPresent(repository -> {
          if (tag != null && !repository.canTag(tag)) {
            throw new Refused(
                "%s can't name a tag: `git check-ref-format` refuses it"
                    .formatted(Shown.value(tag)));
          }
          if (commit != null && repository.commit(commit).isEmpty()) {
            throw new Refused(
                "there is no commit %s in %s".formatted(Shown.value(commit), repository.top()));
          }
        });
  }

  /** Tags that are no releases go out unasked; all that git prints is on stderr. */
  private int pushed() {
    int exitCode = ExitCode.OK;
    for (PrePush.Tag pushed : PrePush.tags()) {
      Path definition = Project.file(world(), common.file()).toAbsolutePath();
      if (Release.isRelease(world(), definition, pushed.name(), pushed.object())) {
        Release.Answer answer = answer(Optional.of(pushed.object()), Optional.of(pushed.name()));
        if (!answer.allowed()) {
          print(answer, Optional.of(pushed.name()), world().err());
          exitCode = ExitCode.NOT_ALLOWED;
        }
      }
    }
    return exitCode;
  }

  private Release.Answer answer(Optional<String> revision, Optional<String> name) {
    Path definition = Project.file(world(), common.file()).toAbsolutePath();
    try (TempFolder temp = TempFolder.create()) {
      return Release.of(
          world(),
          new Release.Question(
              definition, revision, name, Version.GATE, this::workspaces, temp.folder("evidence")));
    } catch (Broken e) {
      throw new Refused(e.getMessage());
    }
  }

  /** Where they lie now; {@code definition} is read from a copy. */
  private Map<String, Path> workspaces(Definition definition) {
    Toggles toggles = Toggles.read(definition, world(), common.set());
    Path folder = Project.file(world(), common.file()).toAbsolutePath().getParent();
    Map<String, Path> workspaces = new LinkedHashMap<>();
    definition
        .workspaces()
        .forEach((name, workspace) ->
            workspaces.put(
                name,
                workspace
                    .env()
                    .flatMap(toggles::value)
                    .map(Path::of)
                    .orElse(folder.resolve(workspace.path()).normalize())));
    return workspaces;
  }

  private static void print(Release.Answer answer, Optional<String> tag, PrintStream out) {
    out.printf(
        "%s: %scommit %.12s, content %.12s%n",
        answer.allowed() ? "may be released" : "may NOT be released",
        tag.map(it -> Shown.line(it) + ", ").orElse(""),
        answer.commit(),
        answer.content());
    for (Rule rule : answer.rules()) {
      out.printf(
          "  %-4s %-18s %s%n",
          rule.passed() ? "ok" : "FAIL", Shown.line(rule.rule()), Shown.line(rule.why()));
      if (!rule.fix().isEmpty()) {
        out.printf("       %-18s → %s%n", "", Shown.line(rule.fix()));
      }
    }
  }

  private Map<String, Object> fields(Release.Answer answer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", 1);
    fields.put("allowed", answer.allowed());
    fields.put("tag", tag);
    fields.put("commit", answer.commit());
    fields.put("content", answer.content());
    fields.put("evidence", answer.evidence().orElse(null));
    fields.put("rules", answer.rules().stream().map(GateCommand::rule).toList());
    return fields;
  }

  private static Map<String, Object> rule(Rule rule) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("rule", rule.rule());
    fields.put("outcome", rule.passed() ? "passed" : "failed");
    fields.put("why", rule.why());
    fields.put("fix", rule.fix());
    return fields;
  }
}
