package gate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Run with {@code RENEW=1} it writes the goldens instead. */
@DisplayName("What an engine is handed")
class FlowTest {
  static FlowLeg leg(String id, List<String> needs, List<String> after, String... labels) {
    return new FlowLeg(
        id, needs, after, 1, Optional.empty(), Duration.ofMinutes(40), List.of(labels), false);
  }

  private static final List<FlowLeg> LEGS =
      List.of(
          leg("a", List.of(), List.of()),
          new FlowLeg(
              "cells@engine=redb,nodes=1",
              List.of("a"),
              List.of(),
              4,
              Optional.of(8L << 30),
              Duration.ofSeconds(90),
              List.of("kvm"),
              true),
          leg("b", List.of(), List.of("a")),
          leg("c", List.of("a", "b"), List.of("cells@engine=redb,nodes=1"), "kvm"));

  @Test
  void is_a_process_each_leg_with_what_it_waits_for_and_what_its_machine_has_to_have()
      throws IOException {
    same("flow.nf", Flow.text(LEGS, "0123abcd", 2));
  }

  @Test
  void is_a_script_that_says_how_a_leg_is_run() throws IOException {
    same(
        "part.sh",
        PartScript.text(
            LEGS,
            new TreeMap<>(Map.of("SKIP_B", "1", "TITLE", "it's $HOME")),
            "/home/me/my project",
            List.of("/home/me/my project/jbang", "matrix.java", "run", "--set", "A=b c")));
  }

  private static void same(String name, String made) throws IOException {
    Path file = ThisCheckout.root().resolve("tests/gate/engine/goldens").resolve(name);
    if (System.getenv("RENEW") != null) {
      Files.writeString(file, made);
    }
    assertThat(made).describedAs(name).isEqualTo(Files.readString(file));
  }
}
