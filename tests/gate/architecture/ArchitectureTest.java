package gate.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The architecture")
class ArchitectureTest {
  /** Tests may be in the same jar as what they test; some packages are theirs alone. */
  private static final Pattern TESTS =
      Pattern.compile(
          ".*(?:/\\w+Test(?:\\$.*)?|/gate/(?:reference|sabotage|soak|fuzz)/.*)\\.class");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.matches(TESTS))
          .importPackages("gate");

  @Test
  void is_seen_by_this_test() {
    assertThat(CLASSES.size()).isGreaterThan(150);
    assertThat(CLASSES.contain("gate.kernel.Kernel")).isTrue();
  }

  @Test
  void has_arrows_in_one_direction() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("base")
        .definedBy("gate.base..")
        .layer("definition")
        .definedBy("gate.definition..")
        .layer("dsl")
        .definedBy("gate.dsl..")
        .layer("host")
        .definedBy("gate.host..")
        .layer("plan")
        .definedBy("gate.plan..")
        .layer("kernel")
        .definedBy("gate.kernel..")
        .layer("journal")
        .definedBy("gate.journal..")
        .layer("report")
        .definedBy("gate.report..")
        .layer("merge")
        .definedBy("gate.merge..")
        .layer("evidence")
        .definedBy("gate.evidence..")
        .layer("engine")
        .definedBy("gate.engine..")
        .layer("cli")
        .definedBy("gate.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("evidence")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("merge")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("evidence", "cli")
        .whereLayer("kernel")
        .mayOnlyBeAccessedByLayers("engine", "cli")
        .whereLayer("plan")
        .mayOnlyBeAccessedByLayers("kernel", "engine", "cli")
        .whereLayer("host")
        .mayOnlyBeAccessedByLayers("plan", "kernel", "engine", "evidence", "cli")
        .whereLayer("dsl")
        .mayOnlyBeAccessedByLayers("plan", "kernel", "cli")
        .whereLayer("definition")
        .mayOnlyBeAccessedByLayers("plan", "kernel", "engine", "evidence", "cli")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers("kernel", "engine", "report", "evidence", "merge", "cli")
        .check(CLASSES);
  }

  @Test
  void lets_only_the_entry_exit() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("gate..")
        .and()
        .resideOutsideOfPackages("gate.kernel.process")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void lets_only_the_guardian_s_package_and_asked_programs_start_processes() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("gate.kernel.process", "gate.host", "gate.cli")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class)
        .because("children are the guardian's")
        .check(CLASSES);
  }
}
