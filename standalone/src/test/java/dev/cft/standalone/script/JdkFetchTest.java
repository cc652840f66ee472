package dev.cft.standalone.script;

import static dev.cft.standalone.script.Downloads.sha256;
import static dev.cft.standalone.script.ScriptedProject.fakeJdk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where there is no JDK 25, `cft` fetches one.
class JdkFetchTest {
  private static final String JDK = "/OpenJDK25U-jdk_hotspot.tar.gz";
  private static final String OTHER_SUM = String.join("", Collections.nCopies(64, "0"));

  @TempDir Path dir;
  private ScriptedProject project;
  private Downloads downloads;
  private byte[] archive;

  @BeforeEach
  void a_jdk_is_served() throws Exception {
    project = ScriptedProject.in(dir);
    project.looksBuilt();
    downloads = new Downloads();
    serve("25.0.9");
  }

  @AfterEach
  void stop_the_server() {
    downloads.close();
  }

  @Test
  void it_is_fetched_verified_said_and_used() throws Exception {
    var run = demo();

    assertThat(run.output())
        .contains(
            "no JDK 25 found in CFT_JAVA_HOME, JAVA_HOME, the PATH or the usual places",
            "fetching Temurin 25",
            "checksum verified; kept in " + project.cachedJdk(),
            "this is " + project.cachedJdk() + "/bin/java");
    assertThat(project.kept()).containsExactly("jdk-25");
  }

  @Test
  void a_second_run_takes_it_from_the_cache() throws Exception {
    demo();

    var second = demo();

    assertThat(second.output())
        .startsWith("this is " + project.cachedJdk() + "/bin/java")
        .doesNotContain("fetching");
    assertThat(downloads.asked()).containsOnlyOnce(JDK);
  }

  @Test
  void without_a_url_it_is_looked_up_in_adoptiums_list() throws Exception {
    // On a Mac an installer stands before the package.
    downloads.put(
        "/assets",
        """
        [{"binary": {"architecture": "x64", "installer": {"checksum_link": "%1$s.pkg.sha256.txt", "link": "%1$s.pkg"},
          "package": {"checksum": "00", "checksum_link": "%1$s.sha256.txt", "link": "%1$s", "size": 1}}}]
        """
            .formatted(downloads.url(JDK)));

    var run = project.cft(Map.of("CFT_JDK_INDEX", downloads.url("/assets")), "demo");

    assertThat(run.output()).contains("from " + downloads.url(JDK), "checksum verified");
  }

  @Test
  void a_checksum_of_the_users_own_is_held_against_it() throws Exception {
    var run =
        project.cft(Map.of("CFT_JDK_URL", downloads.url(JDK), "CFT_JDK_SHA256", OTHER_SUM), "demo");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("SHA-256 " + sha256(archive) + ", but " + OTHER_SUM);
    assertThat(project.kept()).isEmpty();
  }

  @Test
  void a_wrong_checksum_is_refused_before_anything_is_unpacked() throws Exception {
    downloads.put(JDK + ".sha256.txt", OTHER_SUM + "  jdk.tar.gz\n");

    var run = demo();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("was promised. Nothing was kept. Install a JDK 25 yourself")
        .doesNotContain("this is");
    assertThat(project.kept()).isEmpty();
  }

  @Test
  void an_archive_that_holds_another_version_is_refused() throws Exception {
    serve("21");

    var run = demo();

    assertThat(run.output()).contains("holds no JDK 25. Nothing was kept");
    assertThat(project.kept()).isEmpty();
  }

  @Test
  void an_interrupted_download_leaves_nothing() throws Exception {
    downloads.promiseMoreThanComes(archive, false);

    var run =
        project.cft(
            Map.of("CFT_JDK_URL", downloads.url(JDK), "CFT_JDK_SHA256", sha256(archive)), "demo");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains(JDK + " could not be fetched. Nothing was kept");
    assertThat(project.kept()).isEmpty();
  }

  @Test
  void the_user_may_stop_it_in_the_middle() throws Exception {
    downloads.promiseMoreThanComes(archive, true);
    var running =
        project.start(
            Map.of("CFT_JDK_URL", downloads.url(JDK), "CFT_JDK_SHA256", sha256(archive)), "demo");
    await().until(() -> downloads.asked().contains(JDK));

    running.destroy();

    assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(running.exitValue()).isNotZero();
    assertThat(project.kept()).isEmpty();
  }

  @Test
  void without_a_network_it_says_what_to_install() throws Exception {
    downloads.close();

    var run = demo();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("Install a JDK 25 yourself", "and set JAVA_HOME to it");
    assertThat(project.kept()).isEmpty();
  }

  private ScriptedProject.Run demo() throws Exception {
    return project.cft(Map.of("CFT_JDK_URL", downloads.url(JDK)), "demo");
  }

  private void serve(String version) throws Exception {
    fakeJdk(dir.resolve("served/jdk-" + version), version);
    var file = dir.resolve("jdk-" + version + ".tar.gz");
    ScriptedProject.run("tar", "-C", dir + "/served", "-czf", file.toString(), "jdk-" + version);
    archive = Files.readAllBytes(file);
    downloads.put(JDK, archive);
    downloads.put(JDK + ".sha256.txt", sha256(archive) + "  jdk.tar.gz\n");
  }
}
