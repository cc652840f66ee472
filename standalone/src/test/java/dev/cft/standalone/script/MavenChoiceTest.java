package dev.cft.standalone.script;

import static dev.cft.standalone.script.Downloads.sha256;
import static dev.cft.standalone.script.ScriptedProject.copy;
import static dev.cft.standalone.script.ScriptedProject.executable;
import static dev.cft.standalone.script.ScriptedProject.finish;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The machine's Maven where it is new enough, else the one that `mvnw` fetches.
class MavenChoiceTest {
  private static final String MAVEN = "/apache-maven-3.9.11-bin.zip";

  /// All that the scripts need of a machine: no Maven, curl or unzip is among it.
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "awk",
          "basename",
          "cat",
          "chmod",
          "cut",
          "dirname",
          "find",
          "grep",
          "head",
          "mkdir",
          "mktemp",
          "mv",
          "rm",
          "sed",
          "sha256sum",
          "tr",
          "uname",
          "wget");

  @TempDir Path dir;
  private ScriptedProject project;
  private Downloads downloads;

  @BeforeEach
  void a_machine_without_Maven() throws Exception {
    project = ScriptedProject.in(dir);
    for (var file : List.of("mvnw", ".mvn/tools/unzip")) {
      copy(Path.of("..", file), project.root().resolve(file));
    }
    for (var tool : TOOLS) {
      executable(
          dir.resolve("bin").resolve(tool), "PATH=/usr/bin:/bin exec %s \"$@\"".formatted(tool));
    }
    downloads = new Downloads();
  }

  @AfterEach
  void stop_the_server() {
    downloads.close();
  }

  @Test
  void a_new_enough_Maven_of_the_machine_is_used() throws Exception {
    maven(dir.resolve("bin/mvn"), "3.8.7");

    assertThat(test()).endsWith("Maven 3.8.7 runs -B -ntp verify -pl gateway\n");
  }

  @Test
  void an_older_one_gives_way_to_the_wrappers_which_needs_no_unzip() throws Exception {
    maven(dir.resolve("bin/mvn"), "3.6.3");
    serve(true);

    assertThat(test())
        .contains("Maven 3.6.3 is older than 3.8.7: using ./mvnw")
        .endsWith("Maven 3.9.11 runs -B -ntp verify -pl gateway\n");
  }

  @Test
  void a_distribution_with_another_checksum_does_not_run() throws Exception {
    serve(false);

    assertThat(test())
        .contains("Failed to validate Maven distribution SHA-256")
        .doesNotContain("runs");
  }

  private String test() throws Exception {
    var environment =
        Map.of(
            "PATH", dir.resolve("bin").toString(),
            "CFT_JAVA_HOME", System.getProperty("java.home"),
            "MAVEN_USER_HOME", dir.resolve("m2").toString());
    return finish(project.start(environment, "test", "-pl", "gateway")).output();
  }

  private static void maven(Path file, String version) throws Exception {
    executable(
        file,
        "if [ $1 = -v ]; then echo Apache Maven %1$s; else echo Maven %1$s runs \"$@\"; fi"
            .formatted(version));
  }

  private void serve(boolean honestly) throws Exception {
    maven(dir.resolve("apache-maven-3.9.11/bin/mvn"), "3.9.11");
    ScriptedProject.run(
        System.getProperty("java.home") + "/bin/jar",
        "-cfM",
        dir + MAVEN,
        "-C",
        dir.toString(),
        "apache-maven-3.9.11");
    byte[] archive = Files.readAllBytes(Path.of(dir + MAVEN));
    downloads.put(MAVEN, archive);
    var properties = project.root().resolve(".mvn/wrapper/maven-wrapper.properties");
    Files.createDirectories(properties.getParent());
    Files.writeString(
        properties,
        "distributionUrl=%s\ndistributionSha256Sum=%s\n"
            .formatted(downloads.url(MAVEN), sha256(honestly ? archive : new byte[] {1})));
  }
}
