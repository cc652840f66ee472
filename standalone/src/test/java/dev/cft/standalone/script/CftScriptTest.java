package dev.cft.standalone.script;

import static dev.cft.standalone.script.ScriptedProject.executable;
import static dev.cft.standalone.script.ScriptedProject.fakeJdk;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CftScriptTest {
  @TempDir Path dir;
  private ScriptedProject project;

  @BeforeEach
  void a_project() throws Exception {
    project = ScriptedProject.in(dir);
  }

  @Test
  void help_lists_every_command_with_a_line_each_and_needs_no_jdk() throws Exception {
    var help = project.cft(Map.of(), "--help");

    assertThat(help.status()).isZero();
    assertThat(help.output().lines().filter(line -> line.matches("  [a-z-]+ {2,}.*")))
        .extracting(line -> line.strip().split(" ", 2)[0])
        .containsExactly(
            "demo",
            "up",
            "pipeline",
            "jobs",
            "compare",
            "demo-base",
            "train",
            "generate",
            "score",
            "model",
            "grade",
            "check-instructions",
            "test",
            "format",
            "build",
            "clean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "format", "build", "clean"})
  void a_command_of_the_build_tells_its_usage(String command) throws Exception {
    var help = project.cft(Map.of(), command, "--help");

    assertThat(help.status()).isZero();
    assertThat(help.output()).startsWith("usage: ./cft " + command);
  }

  @Test
  void an_unknown_command_is_named() throws Exception {
    var run = project.cft(Map.of(), "dmeo");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .startsWith("cft: there is no command 'dmeo'")
        .contains("./cft COMMAND");
  }

  @Test
  void a_wrong_CFT_JAVA_HOME_is_an_error_and_no_reason_to_look_elsewhere() throws Exception {
    var run = project.cft(Map.of("CFT_JAVA_HOME", dir.toString()), "demo");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .isEqualTo("cft: CFT_JAVA_HOME=" + dir + " is not a JDK 25; correct it or unset it\n");
  }

  @Test
  void a_jdk_of_another_version_is_passed_over() throws Exception {
    fakeJdk(dir.resolve("places/jdk-17"), "17.0.2");
    Path right = fakeJdk(dir.resolve("places/jdk-25"), "25.0.3");
    project.looksBuilt();

    var run =
        project.cft(
            Map.of("CFT_JDK_PLACES", dir + "/places/*", "JAVA_HOME", dir + "/places/jdk-17"),
            "jobs");

    assertThat(run.output()).contains("this is " + right + "/bin/java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "up", "pipeline", "jobs", "demo-base"})
  void a_command_of_the_platform_reaches_the_main_class(String command) throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    project.looksBuilt();

    var run = project.cft(Map.of("CFT_JAVA_HOME", jdk.toString()), command, "--help", "two words");

    assertThat(run.status()).isEqualTo(7);
    assertThat(run.output())
        .contains("standalone-9.9.jar dev.cft.standalone.Main " + command + " --help two words");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "generate", "score", "model"})
  void a_command_of_the_language_model_reaches_its_own_class(String command) throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    project.looksBuilt();

    var run = project.cft(Map.of("CFT_JAVA_HOME", jdk.toString()), command, "--help");

    assertThat(run.output()).containsIgnoringCase("dev.cft.lm.cli." + command + " --help");
  }

  @Test
  void changed_sources_are_built_first_and_a_failed_build_shows_the_end_of_its_log()
      throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    executable(
        dir.resolve("bin/mvn"),
        "if [ $1 = -v ]; then echo Apache Maven 3.9.1; else echo BROKEN; exit 1; fi");
    project.looksBuilt();
    Files.createDirectories(project.root().resolve("gateway/src/main/java/dev/cft"));
    Files.setLastModifiedTime(
        project.root().resolve("target/cft-build.stamp"), FileTime.fromMillis(1_000_000));

    var run =
        project.cft(
            Map.of("CFT_JAVA_HOME", jdk.toString(), "PATH", dir + "/bin:/usr/bin:/bin"), "demo");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("sources changed: building", "BROKEN", "the build failed; all of its output");
  }
}
