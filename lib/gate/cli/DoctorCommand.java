package gate.cli;

import gate.base.Names;
import gate.base.Shown;
import gate.base.World;
import gate.host.Fact;
import gate.host.Host;
import gate.host.Kvm;
import gate.host.KvmDevice;
import gate.kernel.HostRunner;
import gate.plan.Planner;
import gate.plan.Refused;
import gate.plan.Toggles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds out what is true of this host, each fact with its proof and its fix.",
      "Leaves with 1 where something is not as a run with these toggles needs it; `doctor kvm`"
          + " where KVM isn't usable, or nested virtualization isn't as asked."
    })
final class DoctorCommand extends Answering {
  private static final String ALL = "all";
  private static final Set<String> TOPICS =
      new TreeSet<>(Set.of(ALL, "kvm", "qemu", "services", "toolchain"));
  private static final Set<String> NESTED = new TreeSet<>(Set.of("on", "off", "any"));
  private static final String ANY = "any";

  @Mixin private Common common;

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..1",
      description = "kvm, qemu, services, toolchain or all, which is the default.")
  private String topic = ALL;

  @Option(
      names = "--nested",
      paramLabel = "on|off|any",
      description = "How nested virtualization is to be, for `doctor kvm`; by default any.")
  private String nested = ANY;

  @Option(names = "--json", description = "As JSON; docs/doctor.schema.json describes it.")
  private boolean json;

  /**
   * What was found.
   *
   * @param wrong the facts that aren't as asked, by name
   */
  private record Findings(List<Fact> facts, Set<String> wrong) {}

  DoctorCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    known("doctor knows nothing of %s", topic, TOPICS);
    known("--nested %s: it is on, off or any", nested, NESTED);
    if (!nested.equals(ANY) && !topic.equals("kvm")) {
      throw new Refused("--nested is for `doctor kvm`");
    }
    Project project = Project.load(world(), common.file());
    Toggles toggles = project.toggles(common.set());
    Findings found;
    try (HostRunner runner = new HostRunner(world())) {
      found = find(new Host(world(), runner, KvmDevice.system()), project, toggles);
    }
    if (json) {
      world().out().println(Json.text(fields(found)));
    } else {
      Facts.print(found.facts(), _ -> List.of(), "", world().out());
      if (found.facts().isEmpty()) {
        world().out().println("no service's endpoint is named" + variables(project));
      }
    }
    return found.wrong().isEmpty() ? ExitCode.OK : ExitCode.NOT_AS_ASKED;
  }

  private static void known(String sentence, String word, Set<String> words) {
    if (!words.contains(word)) {
      throw new Refused(
          sentence.formatted(Shown.value(word))
              + Names.nearest(word, words)
                  .map("; did you mean `%s`?"::formatted)
                  .orElse("; there is " + String.join(", ", words)));
    }
  }

  private static String variables(Project project) {
    List<String> names =
        project.definition().services().values().stream()
            .flatMap(service -> service.endpoint().stream())
            .toList();
    return names.isEmpty() ? "" : "; these would: " + String.join(", ", names);
  }

  private Findings find(Host host, Project project, Toggles toggles) {
    Host.Needs all = Planner.everything(project.definition(), toggles);
    return switch (topic) {
      case "kvm" -> kvm(host, toggles);
      case "qemu" -> strict(host.qemu(all));
      case "services" -> strict(host.endpoints(all.endpoints()));
      case "toolchain" -> judged(host.toolchain(all), toggles);
      default -> judged(host.all(all, project.definition().file()), toggles);
    };
  }

  private Findings kvm(Host host, Toggles toggles) {
    Kvm kvm = host.kvm(toggles.value("PLASMAVMC_QEMU_PATH"));
    Fact how = host.nested(kvm, Optional.of(nested).filter(it -> !it.equals(ANY)));
    Set<String> wrong = new TreeSet<>();
    if (kvm.level() != Kvm.Level.USABLE) {
      wrong.add(kvm.fact().name());
    }
    if (!how.usable()) {
      wrong.add(how.name());
    }
    return new Findings(List.of(kvm.fact(), how), wrong);
  }

  /** All of them are needed. */
  private static Findings strict(List<Fact> facts) {
    Set<String> wrong = new TreeSet<>();
    facts.stream().filter(fact -> !fact.usable()).map(Fact::name).forEach(wrong::add);
    return new Findings(facts, wrong);
  }

  /** Those that a run with these toggles can't do without. */
  private static Findings judged(List<Fact> facts, Toggles toggles) {
    boolean machines = toggles.value("PLASMA_E2E").isPresent();
    boolean kvm = toggles.value("PLASMA_ACCEL").equals(Optional.of("kvm"));
    Set<String> wrong = new TreeSet<>();
    for (Fact fact : facts) {
      boolean needed =
          switch (fact.name()) {
            case "qemu", "qemu-img", "disk" -> machines || kvm;
            case "kvm" -> kvm;
            default -> true;
          };
      if (needed && !fact.usable()) {
        wrong.add(fact.name());
      }
    }
    return new Findings(facts, wrong);
  }

  private static Map<String, Object> fields(Findings found) {
    List<Map<String, Object>> facts = new ArrayList<>();
    for (Fact fact : found.facts()) {
      Map<String, Object> fields = Facts.fields(fact);
      fields.put("ok", !found.wrong().contains(fact.name()));
      facts.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ok", found.wrong().isEmpty());
    fields.put("facts", facts);
    return fields;
  }
}
