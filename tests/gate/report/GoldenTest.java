package gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void the_console_looks_as_it_was_accepted(Stories story) throws IOException {
    Path log = folder.resolve(Story.log("chainfire-flaredb", 1, 1));
    Files.createDirectories(log.getParent());
    Files.writeString(
        log, "running 2 tests\n\u001B[31mpanicked\u001B[0m at tests/failover.rs\nGREEN  all\r\n");
    Files.createDirectories(folder.resolve("build"));
    Files.writeString(folder.resolve("build/b1.log"), "error[E0425]: cannot find value `x`\n");
    Files.writeString(folder.resolve("events.jsonl"), "");
    Projections.write(folder, story.view(), Logs.in(folder));
    Outside outside = Outside.plain();
    Console.replay(outside.world, folder, story.entries());
    Golden.check(
        "console-" + name(story) + ".txt", outside.text().replace(folder.toString(), "/RUN"));
  }

  @ParameterizedTest
  @EnumSource
  void junit_xml_looks_as_it_was_accepted(Stories story) {
    Golden.check("junit-" + name(story) + ".xml", JunitXml.render(story.view()));
  }

  @ParameterizedTest
  @EnumSource(names = {"RED", "FLAKY", "PARTIAL"})
  void ctrf_json_looks_as_it_was_accepted(Stories story) {
    Golden.check("ctrf-" + name(story) + ".json", CtrfJson.render(story.view()));
  }

  @ParameterizedTest
  @EnumSource(names = {"GREEN", "SELECTED", "RED", "PARTIAL", "DEGRADED", "INTERRUPTED", "DRY"})
  void summary_md_looks_as_it_was_accepted(Stories story) {
    Golden.check("summary-" + name(story) + ".md", SummaryMd.render(story.view()));
  }

  @ParameterizedTest
  @EnumSource
  void every_story_tells_of_the_verdict_it_is_named_for(Stories story) {
    var kind = story.view().verdict().kind();
    assertThat(kind.name())
        .isEqualTo(
            switch (story) {
              case SELECTED -> "GREEN";
              case DEGRADED -> "PARTIAL";
              case FLAKY, PROBLEM -> "RED";
              case CUT_OFF -> "INTERRUPTED";
              case GREEN, RED, PARTIAL, INTERRUPTED, DRY -> story.name();
            });
  }

  private static String name(Stories story) {
    return story.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
