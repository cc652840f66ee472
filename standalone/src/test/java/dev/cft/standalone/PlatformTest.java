package dev.cft.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.client.RequestRefusedException;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole platform as a user starts it: own process, own Postgres.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PlatformTest {
  @TempDir static Path dir;
  private static PlatformProcess platform;
  private static String key;

  @BeforeAll
  static void a_first_start() throws Exception {
    platform = PlatformProcess.up(dir);
    key = Files.readString(dir.resolve("operator.key")).strip();
  }

  @AfterAll
  static void stopped() throws Exception {
    platform.close();
  }

  @Test
  void the_key_is_told_once_and_only_its_owner_can_read_it() throws Exception {
    var permissions = Files.getPosixFilePermissions(dir.resolve("operator.key"));

    assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
    assertThat(platform.output()).contains(key + "  (printed this once)").contains("/#key=" + key);
  }

  @Test
  void health_is_open() throws Exception {
    assertThat(status("/actuator/health", null)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/jobs",
        "/v1/files",
        "/v1/datasets",
        "/v1/teachers",
        "/v1/experiments",
        "/v1/evals",
        "/v1/fine_tuning/jobs",
        "/v1/nodes"
      })
  void everything_else_needs_the_key(String path) throws Exception {
    assertThat(status(path, null)).isEqualTo(401);
    assertThat(status(path, "sk-cft-wrong")).isEqualTo(401);
    assertThat(status(path, key)).isEqualTo(200);
  }

  @Test
  void a_second_platform_on_the_same_data_is_told_who_has_it_and_touches_nothing()
      throws Exception {
    try (var second = PlatformProcess.start(dir, "up")) {
      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.output())
          .contains("is in use by process %d at %s".formatted(platform.pid(), platform.address()))
          .contains("nothing was touched");
    }
    assertThat(status("/v1/models", key)).isEqualTo(200);
  }

  @Test
  void jobs_are_listed_by_whoever_has_the_data_folder() throws Exception {
    try (var jobs = PlatformProcess.start(dir, "jobs")) {
      assertThat(jobs.exitCode()).isZero();
      assertThat(jobs.output()).containsPattern("No jobs|id +kind +status");
    }
  }

  @Test
  void a_refused_upload_names_line_and_field() {
    var rows = "{\"question\": \"1 + 1?\", \"answer\": \"2\"}\n{\"question\": 5, \"answer\": \n";

    assertThatThrownBy(() ->
            new PlatformClient(platform.address(), key)
                .upload("bad.jsonl", rows.getBytes(StandardCharsets.UTF_8), "user_data"))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("Nothing was stored");
  }

  @Test
  void the_readme_s_flow_by_rest_works_line_by_line() throws Exception {
    assumeThat(onPath("curl")).as("curl is installed").isTrue();
    var readme = Files.readString(Path.of("../README.md"));
    var section =
        readme.substring(readme.indexOf("## By REST"), readme.indexOf("## How it is built"));
    var blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(section).results();
    var script = blocks.map(block -> block.group(1)).collect(Collectors.joining("\n"));
    var builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true);
    builder.environment().put("CFT", platform.address());
    builder.environment().put("KEY", key);

    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("\"fine_tuned_model\":\"ft:cft-demo-base:")
        .contains("\"result_counts\":{\"total\":40,")
        .containsPattern("cft +critiques +96")
        .containsPattern("sft +responses +96")
        .contains("\"object\":\"chat.completion\"");
  }

  private static boolean onPath(String program) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static int status(String path, @Nullable String key) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(platform.address() + path));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }
}
