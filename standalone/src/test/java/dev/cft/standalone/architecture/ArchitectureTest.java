package dev.cft.standalone.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

@AnalyzeClasses(packages = "dev.cft", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule a_module_is_used_only_by_those_above_it =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("store")
          .definedBy("dev.cft.store..")
          .layer("starter")
          .definedBy("dev.cft.service..")
          .layer("language model")
          .definedBy("dev.cft.lm..")
          .layer("grading")
          .definedBy("dev.cft.grading..")
          .layer("critiques")
          .definedBy("dev.cft.critiques..")
          .layer("trainer")
          .definedBy("dev.cft.trainer..")
          .layer("eval")
          .definedBy("dev.cft.eval..")
          .layer("gateway")
          .definedBy("dev.cft.gateway..")
          .layer("standalone")
          .definedBy("dev.cft.standalone..")
          .whereLayer("standalone")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("standalone")
          .whereLayer("critiques")
          .mayOnlyBeAccessedByLayers("standalone")
          .whereLayer("trainer")
          .mayOnlyBeAccessedByLayers("standalone")
          .whereLayer("eval")
          .mayOnlyBeAccessedByLayers("standalone")
          .whereLayer("starter")
          .mayOnlyBeAccessedByLayers("critiques", "trainer", "eval", "gateway", "standalone")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers(
              "starter", "critiques", "trainer", "eval", "gateway", "standalone")
          .because("services share the store and nothing else, so that each is deployed alone");

  @ArchTest
  static final ArchRule libraries_that_run_without_Spring_know_nothing_of_it =
      noClasses()
          .that()
          .resideInAnyPackage("dev.cft.lm..", "dev.cft.grading..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..")
          .allowEmptyShould(true)
          .because("the training process starts in a second and a grader is used in any program");

  @ArchTest
  static final ArchRule packages_are_free_of_cycles =
      slices()
          .matching("dev.cft.(**)")
          .should()
          .beFreeOfCycles()
          .because("a package in a cycle is read, tested and moved only with the whole cycle");

  @ArchTest
  static final ArchRule time_comes_from_a_clock_that_tests_can_set =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("leases, limits and retries are tested by setting the clock, not by waiting");

  @ArchTest
  static final ArchRule nothing_is_injected_into_fields =
      NO_CLASSES_SHOULD_USE_FIELD_INJECTION.because(
          "a constructor says what a class needs, and a test can call it");

  @ArchTest
  static final ArchRule logging_is_slf4j =
      NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.because("one log format, one place to set levels");

  @ArchTest
  static final ArchRule no_static_field_changes =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.cft..")
          .and()
          .areStatic()
          .should()
          .notHaveModifier(JavaModifier.FINAL)
          .because("four services share one JVM in standalone, and tests share one too");

  @ArchTest
  static final ArchRule names_say_what_a_class_is =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
          .because("such a name fits anything, so the class attracts everything");
}
