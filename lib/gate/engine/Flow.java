package gate.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of a Nextflow flow: a process each leg, named {@code leg_1} and so on in the plan's
 * order, and its edges. What a leg's process does stands in {@link PartScript}. No text of the
 * definition gets into it but ids of legs, which are made of harmless characters.
 */
public final class Flow {
  private static final String HEAD =
      """
      // Written by `matrix run --engine nextflow`.
      nextflow.enable.dsl = 2
      """;

  /** What a flow leaves in a folder elsewhere nobody would find. */
  private static final String START =
      """

      workflow {
        if (workflow.workDir.scheme == 'file' && workflow.workDir.toString() != params.work)
          error "the configuration sets workDir to ${workflow.workDir}, and a folder has to be the run's own: leave it out; only a bucket can be named"
        part = file(params.part)
      """;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<FlowLeg> legs;
  private final String tests;
  private final int retries;

  private Flow(List<FlowLeg> legs, String tests, int retries) {
    this.legs = legs;
    this.tests = tests;
    this.retries = retries;
    legs.forEach(leg -> numbers.put(leg.id(), numbers.size() + 1));
  }

  /**
   * The flow.
   *
   * @param legs each after all that it waits for
   * @param tests the digest of what is tested: where it is another, nothing of an earlier run of
   *     the flow counts
   * @param retries how often a leg is sent to another machine where one breaks
   */
  public static String text(List<FlowLeg> legs, String tests, int retries) {
    return new Flow(legs, tests, retries).text();
  }

  private String text() {
    return HEAD
        + legs.stream().map(this::process).collect(Collectors.joining())
        + START
        + legs.stream().map(this::call).collect(Collectors.joining())
        + "}\n";
  }

  private String name(String leg) {
    return "leg_" + numbers.get(leg);
  }

  private String process(FlowLeg leg) {
    return """

    process %s {
      tag '%s'
      cpus %d
    %s  time '%d s'
    %s  cache 'deep'
      maxRetries %d
      errorStrategy { task.attempt <= %d ? 'retry' : 'ignore' }
      publishDir "${params.parts}/%s", mode: 'copy'

      input:
      path script, stageAs: 'part.sh'
      path needs, stageAs: 'needs/*'

      output:
      path '%s', emit: outcome
      path 'part', emit: part

      script:
      "sh part.sh %s # tests %s"
    }
    """
        .formatted(
            name(leg.id()),
            literal(leg.id()),
            leg.cpus(),
            leg.memory().map("  memory '%d B'\n"::formatted).orElse(""),
            leg.time().toSeconds(),
            leg.labels().stream().map("  label '%s'\n"::formatted).collect(Collectors.joining()),
            retries,
            retries,
            name(leg.id()),
            outcome(leg.id()),
            arguments(leg),
            tests);
  }

  /** Which file tells how a leg ended. */
  private String outcome(String leg) {
    return name(leg) + ".outcome";
  }

  private String arguments(FlowLeg leg) {
    return Stream.concat(Stream.of(name(leg.id())), leg.needs().stream().map(this::name))
        .collect(Collectors.joining(" "));
  }

  private String call(FlowLeg leg) {
    return "  %s(part, %s)\n".formatted(name(leg.id()), waits(leg));
  }

  /** A leg whose machine broke gives nothing; those that wait for it go on, and are told so. */
  private String waits(FlowLeg leg) {
    List<String> before =
        Stream.concat(leg.needs().stream(), leg.after().stream())
            .map(it -> name(it) + ".out.outcome")
            .toList();
    return switch (before.size()) {
      case 0 -> "[]";
      case 1 -> before.getFirst() + ".ifEmpty([])";
      default ->
          "%s.mix(%s).toSortedList { it.name }"
              .formatted(before.getFirst(), String.join(", ", before.subList(1, before.size())));
    };
  }

  /** In Groovy, in single quotes. */
  private static String literal(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
