package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import gate.base.ThisCheckout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Run with {@code RENEW=1} it writes the goldens instead. */
@DisplayName("matrix export")
class ExportTest {
  private static final String HOSTILE = "$(touch x) ${{ secrets.A }} `id` \\\"; &x *y !!z # 'q'";

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() {
    project =
        new Checkout(temp)
            .file(
                "matrix.yaml",
                """
                name: scratch
                toggles:
                  SKIP_IT: { type: flag, help: Without skipped }
                  LATER: { type: flag, help: With later }
                  NOTE: { type: text, help: Anything }
                legs:
                  a: { title: "%s" }
                  boots: { title: Wants KVM, needs: [a] }
                  cells: { title: Two of them, axes: { engine: [redb, sled] } }
                  later: { title: Planned, planned: LATER }
                  skipped: { title: Skipped, skip: SKIP_IT }
                """
                    .formatted(HOSTILE))
            .env("SKIP_IT", "1");
    List.of("a", "cells", "later", "skipped")
        .forEach(leg -> project.leg(leg, "step('says') { exec 'true' }\n"));
    project.leg("boots", "step('boots', accelerator: 'kvm') { exec 'true' }\n").commit();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "github, export-github.json",
    "github --shards 2, export-github-shards.json",
    "gitlab, export-gitlab.yml",
    "gitlab --shards 2, export-gitlab-shards.yml",
    "'gitlab --runner kvm=metal,eu-west --runner plain=docker', export-gitlab-runners.yml",
  })
  void prints_a_job_each_part_of_what_runs(String words, String golden) throws Exception {
    Checkout.Result result = export(words);
    assertThat(result.code()).as(result.err()).isZero();
    Path file = ThisCheckout.root().resolve("tests/gate/cli/goldens").resolve(golden);
    if (System.getenv("RENEW") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, result.out());
    }
    assertThat(result.out()).isEqualTo(Files.readString(file));
  }

  private Checkout.Result export(String words) {
    return project.run(("export " + words).split(" "));
  }

  @Test
  void tells_of_each_leg_that_runs_once_whatever_the_number_of_shards() throws Exception {
    for (String shards : List.of("", " --shards 1", " --shards 2", " --shards 7")) {
      JsonNode jobs = new ObjectMapper().readTree(export("github" + shards).out()).get("include");
      assertThat(
              StreamSupport.stream(jobs.spliterator(), false)
                  .flatMap(job -> List.of(job.get("legs").asText().split(" ")).stream())
                  .filter(leg -> !leg.isEmpty()))
          .as(shards)
          .containsExactlyInAnyOrder("a", "boots", "cells@engine=redb", "cells@engine=sled");
    }
  }

  @Test
  void prints_arguments_that_matrix_run_takes_and_that_mean_nothing_to_a_shell() {
    Map<String, Map<String, Map<String, String>>> jobs =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(export("gitlab").out());
    assertThat(jobs).hasSize(4);
    jobs.forEach((name, job) -> {
      String arguments = job.get("variables").get("ARGUMENTS");
      assertThat(arguments).as(name).matches("--part [A-Za-z0-9@=,._-]+");
      Checkout.Result dry = project.run(("run --dry-run " + arguments).split(" "));
      assertThat(dry.verdict()).as(dry.err()).startsWith("DRY");
    });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "gitlab --set LATER=1, --part later --set LATER=1",
    "gitlab --shards 1 --set LATER=1 --set LOG_DIR=x, --shard 1/1 --set LATER=1",
    "gitlab -f matrix.yaml --shards 1, --shard 1/1 -f matrix.yaml",
  })
  void hands_on_what_it_was_told_of_the_plan(String words, String arguments) {
    assertThat(export(words).out()).contains("ARGUMENTS: " + arguments + "\n");
    String[] argv = ("run --set DRY_RUN=1 " + arguments).split(" ");
    assertThat(project.run(argv).verdict()).startsWith("DRY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab"})
  void lets_no_title_into_a_job(String system) {
    assertThat(export(system).out()).doesNotContain("touch x", "secrets.A", "`id`");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      value = {
        "github --shards 0¦--shards 0: from 1 to 1000",
        "github --runner kmv=x¦did you mean `kvm`?",
        "github --runner kvm=a,,b¦is no label",
        "gitlab --runner kvm=$(id)¦is no label",
        "gitlab --runner kvm=!!x¦is no label",
        "gitlab --durations x¦say how many with --shards N",
        "gitlab --shards 501¦GitLab takes at most 500",
        "gitlab --set NOTE=$(id)¦set a toggle as a variable of the jobs instead",
        "gitlbu¦did you mean `github`",
        "github --set SKIP_I=1¦SKIP_IT",
      })
  void is_refused_for(String words, String why) {
    Checkout.Result result = export(words);
    assertThat(result.err()).contains(why);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
  }
}
