package dev.cft.standalone.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CftScriptTest {
  private static final String JDK = "/OpenJDK25U-jdk_hotspot.tar.gz";

  @TempDir Path dir;
  private HttpServer server;
  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final AtomicInteger downloads = new AtomicInteger();
  private Path project;
  private Path cache;

  @BeforeEach
  void a_project_and_a_server() throws Exception {
    project = Files.createDirectories(dir.resolve("project"));
    cache = dir.resolve("cache");
    Files.copy(Path.of("..", "cft"), project.resolve("cft"));
    assertThat(project.resolve("cft").toFile().setExecutable(true)).isTrue();
    Files.writeString(
        project.resolve("pom.xml"), "<project>\n  <version>9.9</version>\n</project>\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = served.get(exchange.getRequestURI().getPath());
          if (exchange.getRequestURI().getPath().equals(JDK)) {
            downloads.incrementAndGet();
          }
          exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop_the_server() {
    server.stop(0);
  }

  @Test
  void help_lists_every_command_with_a_line_each_and_needs_no_jdk() throws Exception {
    var help = cft(Map.of("PATH", "/nowhere:/usr/bin:/bin"), "--help");

    assertThat(help.status).isZero();
    assertThat(help.output.lines().filter(line -> line.matches("  [a-z-]+ {2,}.*")))
        .extracting(line -> line.strip().split(" ", 2)[0])
        .containsExactly(
            "demo",
            "up",
            "pipeline",
            "jobs",
            "demo-base",
            "train",
            "generate",
            "test",
            "format",
            "build",
            "clean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "format", "build", "clean"})
  void a_command_of_the_build_tells_its_usage(String command) throws Exception {
    var help = cft(Map.of(), command, "--help");

    assertThat(help.status).isZero();
    assertThat(help.output).startsWith("usage: ./cft " + command);
  }

  @Test
  void an_unknown_command_is_named() throws Exception {
    var run = cft(Map.of(), "dmeo");

    assertThat(run.status).isEqualTo(2);
    assertThat(run.output).startsWith("cft: there is no command 'dmeo'").contains("./cft COMMAND");
  }

  @Test
  void a_wrong_CFT_JAVA_HOME_is_an_error_and_no_reason_to_look_elsewhere() throws Exception {
    var run = cft(Map.of("CFT_JAVA_HOME", dir.toString()), "demo");

    assertThat(run.status).isEqualTo(1);
    assertThat(run.output)
        .isEqualTo(
            "cft: CFT_JAVA_HOME=" + dir + " is not a JDK 25; correct it or unset it%n".formatted());
  }

  @Test
  void a_jdk_of_another_version_is_passed_over() throws Exception {
    Path places = dir.resolve("places");
    fakeJdk(places.resolve("jdk-17"), "17.0.2");
    Path right = fakeJdk(places.resolve("jdk-25"), "25.0.3");
    built();

    var run = cft(Map.of("CFT_JDK_PLACES", places + "/*", "JAVA_HOME", "/nowhere"), "jobs");

    assertThat(run.output).contains("this is " + right + "/bin/java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "up", "pipeline", "jobs", "demo-base"})
  void a_command_of_the_platform_reaches_the_main_class(String command) throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    built();

    var run = cft(Map.of("CFT_JAVA_HOME", jdk.toString()), command, "--help", "two words");

    assertThat(run.output)
        .contains("standalone-9.9.jar dev.cft.standalone.Main " + command + " --help two words");
    assertThat(run.status).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "generate"})
  void a_command_of_the_language_model_reaches_its_own_class(String command) throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    built();

    var run = cft(Map.of("CFT_JAVA_HOME", jdk.toString()), command, "--help");

    assertThat(run.output).containsIgnoringCase("dev.cft.lm.cli." + command + " --help");
  }

  @Test
  void changed_sources_are_built_first_and_a_failed_build_shows_the_end_of_its_log()
      throws Exception {
    Path jdk = fakeJdk(dir.resolve("jdk"), "25");
    built();
    executable(
        dir.resolve("bin/mvn"),
        "if [ $1 = -v ]; then echo Apache Maven 3.9.1; else echo BROKEN; exit 1; fi");
    Files.createDirectories(project.resolve("gateway/src/main/java/New.java"));
    Files.setLastModifiedTime(
        project.resolve("target/cft-build.stamp"), FileTime.fromMillis(1_000_000));

    var run = cft(Map.of("CFT_JAVA_HOME", jdk.toString(), "PATH", bin()), "demo");

    assertThat(run.status).isEqualTo(1);
    assertThat(run.output)
        .contains("sources changed: building", "BROKEN", "the build failed; all of its output");
  }

  @Nested
  class where_there_is_no_jdk_25 {
    private byte[] archive;

    @BeforeEach
    void one_is_served() throws Exception {
      fakeJdk(dir.resolve("served/jdk-25.0.9+1"), "25.0.9");
      run(List.of("tar", "-C", dir + "/served", "-czf", dir + "/jdk.tar.gz", "jdk-25.0.9+1"));
      archive = Files.readAllBytes(dir.resolve("jdk.tar.gz"));
      served.put(JDK, archive);
      served.put(JDK + ".sha256.txt", (sha256(archive) + "  jdk.tar.gz\n").getBytes(UTF_8));
      built();
    }

    @Test
    void it_is_fetched_verified_said_and_used() throws Exception {
      var run = cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      assertThat(run.output)
          .contains(
              "no JDK 25 found in CFT_JAVA_HOME, JAVA_HOME, the PATH or the usual places",
              "fetching Temurin 25",
              "checksum verified; kept in " + cache.resolve("cft/jdk-25"),
              "this is " + cache.resolve("cft/jdk-25/bin/java"));
      assertThat(kept()).containsExactly("jdk-25");
    }

    @Test
    void a_second_run_takes_it_from_the_cache() throws Exception {
      cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      var second = cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      assertThat(second.output)
          .startsWith("this is " + cache.resolve("cft/jdk-25/bin/java"))
          .doesNotContain("fetching");
      assertThat(downloads).hasValue(1);
    }

    @Test
    void without_a_url_it_is_looked_up_in_adoptiums_list() throws Exception {
      served.put("/assets", adoptiumList(url(JDK)).getBytes(UTF_8));

      var run = cft(Map.of("CFT_JDK_INDEX", url("/assets")), "demo");

      assertThat(run.output).contains("from " + url(JDK), "checksum verified");
    }

    @Test
    void a_checksum_of_the_users_own_is_held_against_it() throws Exception {
      var run =
          cft(Map.of("CFT_JDK_URL", url(JDK), "CFT_JDK_SHA256", sha256(new byte[] {1})), "demo");

      assertThat(run.status).isEqualTo(1);
      assertThat(run.output)
          .contains("SHA-256 " + sha256(archive) + ", but " + sha256(new byte[] {1}));
      assertThat(kept()).isEmpty();
    }

    @Test
    void a_wrong_checksum_is_refused_before_anything_is_unpacked() throws Exception {
      served.put(JDK + ".sha256.txt", "0000  jdk.tar.gz\n".getBytes(UTF_8));

      var run = cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      assertThat(run.status).isEqualTo(1);
      assertThat(run.output)
          .contains("but 0000 was promised. Nothing was kept. Install a JDK 25 yourself")
          .doesNotContain("this is");
      assertThat(kept()).isEmpty();
    }

    @Test
    void an_archive_that_holds_something_else_is_refused() throws Exception {
      fakeJdk(dir.resolve("served/jdk-25.0.9+1"), "21");
      run(List.of("tar", "-C", dir + "/served", "-czf", dir + "/jdk.tar.gz", "jdk-25.0.9+1"));
      served.put(JDK, Files.readAllBytes(dir.resolve("jdk.tar.gz")));
      served.put(JDK + ".sha256.txt", sha256(served.get(JDK)).getBytes(UTF_8));

      var run = cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      assertThat(run.output).contains("holds no JDK 25");
      assertThat(kept()).isEmpty();
    }

    @Test
    void an_interrupted_download_leaves_nothing() throws Exception {
      server.removeContext("/");
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 1_000_000);
            exchange.getResponseBody().write(archive);
            exchange.close();
          });

      var run = cft(Map.of("CFT_JDK_URL", url(JDK), "CFT_JDK_SHA256", sha256(archive)), "demo");

      assertThat(run.status).isEqualTo(1);
      assertThat(run.output).contains(JDK + " could not be fetched. Nothing was kept");
      assertThat(kept()).isEmpty();
    }

    @Test
    void without_a_network_it_says_what_to_install() throws Exception {
      server.stop(0);

      var run = cft(Map.of("CFT_JDK_URL", url(JDK)), "demo");

      assertThat(run.status).isEqualTo(1);
      assertThat(run.output).contains("Install a JDK 25 yourself", "and set JAVA_HOME to it");
      assertThat(kept()).isEmpty();
    }
  }

  private record Run(int status, String output) {}

  private Run cft(Map<String, String> environment, String... arguments) throws Exception {
    var command = Stream.concat(Stream.of(project + "/cft"), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", dir.toString());
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder.environment().put("CFT_JDK_PLACES", "");
    builder.environment().putAll(environment);
    return finish(builder);
  }

  private static Run run(List<String> command) throws Exception {
    return finish(new ProcessBuilder(command).redirectErrorStream(true));
  }

  private static Run finish(ProcessBuilder builder) throws Exception {
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), output);
  }

  /// A JDK whose `java` says where it is and what it was asked, and ends with 7.
  private static Path fakeJdk(Path home, String version) throws IOException {
    executable(home.resolve("bin/java"), "echo this is $0: \"$@\"; exit 7");
    executable(home.resolve("bin/javac"), "exit 1");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /// Lets the project look as after a build.
  private void built() throws IOException {
    Files.createDirectories(project.resolve("standalone/target"));
    Files.createDirectories(project.resolve("target"));
    Files.writeString(project.resolve("standalone/target/standalone-9.9.jar"), "");
    Files.writeString(project.resolve("target/cft-build.stamp"), "");
  }

  private List<String> kept() throws IOException {
    try (var files = Files.list(cache.resolve("cft"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private String bin() {
    return dir.resolve("bin") + ":/usr/bin:/bin";
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /// The shape of `GET /v3/assets/latest/25/hotspot`; on a Mac an installer stands before the
  /// package.
  private static String adoptiumList(String url) {
    return """
    [{"binary": {"architecture": "x64", "installer": {"checksum_link": "%1$s.pkg.sha256.txt", "link": "%1$s.pkg"},
      "package": {"checksum": "00", "checksum_link": "%1$s.sha256.txt", "link": "%1$s", "size": 1}}}]
    """
        .formatted(url);
  }
}
