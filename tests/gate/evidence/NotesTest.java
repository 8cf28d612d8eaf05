package gate.evidence;

import static gate.evidence.Runs.failed;
import static gate.evidence.Runs.leg;
import static gate.evidence.Runs.passed;
import static gate.evidence.Runs.step;
import static org.assertj.core.api.Assertions.assertThat;

import gate.evidence.Notes.About;
import gate.evidence.Notes.Since;
import gate.evidence.Runs.Case;
import gate.journal.Changes;
import gate.journal.Event;
import gate.journal.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The notes on a kept run")
final class NotesTest {
  private static final Path GOLDENS =
      Path.of(System.getProperty("gate.home", "")).resolve("tests/gate/evidence/goldens");
  private static final String CONTENT = "c0ffee".repeat(10) + "0000";
  private static final About PLAIN =
      new About(
          "docs/evidence/integration-matrix-20261123T051244Z",
          CONTENT,
          Runs.COMMIT,
          Optional.empty(),
          Optional.empty());
  private static final About WAIVED = waived("the lab's KVM host is down", "Ada Lovelace");

  private static About waived(String reason, String by) {
    return new About(
        PLAIN.path(),
        CONTENT,
        Runs.COMMIT,
        Optional.of(new Waiver(reason, LocalDate.parse("2026-12-24"), by)),
        Optional.of(by));
  }

  /** The runs that are quoted. */
  enum Kept {
    GREEN {
      @Override
      String notes() {
        return Notes.render(green().view(), PLAIN, Optional.empty());
      }
    },
    UNCHANGED {
      @Override
      String notes() {
        return Notes.render(green().view(), PLAIN, since(green(), green()));
      }
    },
    PARTIAL {
      @Override
      String notes() {
        return Notes.render(partial().view(), WAIVED, since(green(), partial()));
      }
    },
    FIXED {
      @Override
      String notes() {
        return Notes.render(green().view(), PLAIN, since(partial(), green()));
      }
    },
    SELECTED {
      @Override
      String notes() {
        Runs run =
            Runs.of(
                    Runs.GATE,
                    "20261123T051244Z",
                    "integration-matrix",
                    List.of("chainfire-*"),
                    leg("chainfire-flaredb", "s"))
                .attempt("chainfire-flaredb", 1, 900, step("s", passed("x")))
                .ends();
        return Notes.render(run.view(), PLAIN, Optional.empty());
      }
    },
    MANY {
      @Override
      String notes() {
        return Notes.render(many(25).view(), PLAIN, since(many(11), many(25)))
            + Notes.render(many(11).view(), PLAIN, since(many(25), many(11)))
            + Notes.render(many(10).view(), PLAIN, since(green(), many(10)));
      }
    };

    abstract String notes();
  }

  private static Optional<Since> since(Runs before, Runs now) {
    return Optional.of(
        new Since(
            "integration-matrix-20261101T000000Z", Changes.between(before.record(), now.record())));
  }

  private static Runs green() {
    return Runs.of(
            leg("chainfire-flaredb", "fails over"),
            Runs.planned("tenant-loop", "Tenant loop", "planned", "not approved yet"))
        .add(
            2,
            new Event.ServiceReady(
                "chainfire-flaredb",
                1,
                "flaredb",
                "named",
                List.of("http://flaredb.test:7100"),
                "0.9.2",
                Runs.COMMIT,
                ""))
        .add(
            2,
            new Event.ServiceReady(
                "chainfire-flaredb",
                1,
                "chainfire",
                "named",
                List.of("http://chainfire.test:7100"),
                "unknown",
                "unknown",
                ""))
        .attempt(
            "chainfire-flaredb",
            1,
            2_600,
            step("fails over", passed("a_leader_dies", 39), passed("a_follower_dies", 39)))
        .add(
            1,
            new Event.MachinesUsed(
                "chainfire-flaredb",
                1,
                1,
                List.of(new Event.MachineUsed("vm-1", "u-1", 7, "kvm", "answered"))))
        .ends();
  }

  private static Runs partial() {
    return Runs.of(
            leg("chainfire-flaredb", "fails over"),
            Runs.planned("plasmavmc-creditservice", "Admission", "skip", "SKIP_PLASMA=1", "spends"))
        .attempt("chainfire-flaredb", 1, 900, step("fails over", failed("a_leader_dies")))
        .attempt(
            "chainfire-flaredb",
            2,
            4_000,
            step(
                "fails over",
                passed("a_leader_dies", 2_900),
                new Case("failover", "slow", Outcome.SKIPPED, Optional.empty())))
        .ends();
  }

  private static Runs many(int cases) {
    return Runs.of(leg("a", "s"))
        .attempt(
            "a",
            1,
            50,
            step(
                "s",
                IntStream.range(0, cases)
                    .mapToObj(i -> passed("case_%02d".formatted(i)))
                    .toArray(Case[]::new)))
        .ends();
  }

  @ParameterizedTest
  @EnumSource
  void look_as_they_were_accepted(Kept kept) throws IOException {
    Path golden = GOLDENS.resolve("notes-%s.md".formatted(kept.name().toLowerCase(Locale.ROOT)));
    if (System.getenv("RENEW") != null) {
      Files.writeString(golden, kept.notes());
    }
    assertThat(kept.notes()).isEqualTo(Files.readString(golden));
  }

  /** What each would be if it weren't escaped. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "[GREEN](https://evil.test)",
        "![](https://evil.test/x.png)",
        "a | b | c",
        "**GREEN**",
        "x\n\n# GREEN\n",
        "x\r\n- GREEN",
        "```\nGREEN\n```",
        "\u001b[2J\u001b[31mGREEN",
        "\u202eNEERG\u0007",
        "<!-- GREEN",
        "@everyone",
        "`|` <b>`",
      })
  void take_nothing_of_others_for_markdown_html_or_a_terminal_s_commands(String hostile) {
    Runs before =
        Runs.of(leg("old" + hostile, hostile))
            .attempt("old" + hostile, 1, 10, step(hostile, passed(hostile)))
            .ends();
    Runs now =
        Runs.of(
                Runs.GATE,
                hostile,
                hostile,
                List.of(hostile),
                Runs.planned(hostile, hostile, "run", "", hostile),
                Runs.planned("z" + hostile, hostile, "skip", hostile, hostile))
            .add(
                1,
                new Event.ServiceReady(
                    hostile, 1, hostile, hostile, List.of(hostile), hostile, hostile, ""))
            .attempt(
                hostile,
                1,
                10,
                step(
                    hostile,
                    new Case(hostile, hostile, Outcome.PASSED, Optional.empty()),
                    new Case(hostile, hostile, Outcome.PASSED, Optional.empty())))
            .add(
                1,
                new Event.MachinesUsed(
                    hostile,
                    1,
                    1,
                    List.of(new Event.MachineUsed(hostile, hostile, 7, hostile, hostile))))
            .ends();
    About about =
        new About(
            hostile,
            hostile,
            hostile,
            Optional.of(new Waiver(hostile, LocalDate.parse("2026-12-24"), hostile)),
            Optional.of(hostile));
    String notes =
        Notes.render(
            now.view(),
            about,
            Optional.of(new Since(hostile, Changes.between(before.record(), now.record()))));
    String prose =
        notes
            .replaceAll("`[^`\n]*`", "")
            .replace("<code>", "")
            .replace("</code>", "")
            .replace("@<!-- -->", "");
    assertThat(prose).doesNotContain("<", "](", "@", "\u001b", "\u202e", "\u0007", "\r", "`");
    assertThat(notes.lines())
        .as("each line is one of ours")
        .allMatch(
            line -> line.isEmpty() || line.matches("(\\*\\*|- |\\| |\\|( --- \\|)+|Since ).*"));
    assertThat(notes.lines().filter(line -> line.startsWith("| ")))
        .as("each row has its four cells")
        .allMatch(line -> line.replaceAll("[^|]", "").length() == 5);
    assertThat(prose.replaceAll("&#\\d+;", "").split("\\*\\*", -1))
        .as("only what is ours is bold")
        .hasSize(1 + 2 * 4);
  }

  @Test
  void say_when_in_utc_and_the_digest_short_and_in_full() {
    assertThat(Kept.GREEN.notes())
        .contains("on 2026-11-23 05:12 UTC", "`c0ffeec0ffee`", "`" + CONTENT + "`");
  }
}
