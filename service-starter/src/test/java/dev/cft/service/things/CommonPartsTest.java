package dev.cft.service.things;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class CommonPartsTest extends ServiceTest {
  @Test
  void a_request_keeps_the_id_it_came_with() {
    var answer = user.with("x-request-id", "mine-42").get("/v1/me");

    assertThat(answer.headers().allValues("x-request-id")).containsExactly("mine-42");
  }

  @Test
  void an_id_that_could_forge_log_lines_is_replaced() {
    assertThat(user.with("x-request-id", "a b").get("/v1/me").header("x-request-id"))
        .startsWith("req_");
    assertThat(user.get("/v1/me").header("x-request-id")).startsWith("req_");
  }

  @Test
  void a_request_leaves_one_line_without_secrets(CapturedOutput output) {
    user.with("x-request-id", "trace-1").get("/v1/me?token=abc");

    assertThat(output.getOut().lines().filter(line -> line.contains("trace-1")))
        .singleElement()
        .asString()
        .contains("GET /v1/me 200", "key ")
        .doesNotContain("token=abc", "sk-cft-");
  }

  @Test
  void our_faults_are_logged_under_the_request_s_id(CapturedOutput output) {
    user.with("x-request-id", "trace-2").get("/v1/faults/bug");

    assertThat(output.getOut()).contains("[trace-2]", "a secret detail", "is answered with 500");
  }

  @Test
  void a_page_is_asked_for_in_openai_s_words() {
    assertThat(user.get("/v1/things").text())
        .contains("PageRequest[after=null, limit=5, newestFirst=true]", "\"has_more\":false");
    assertThat(user.get("/v1/things?after=a&limit=50&order=asc").text())
        .contains("PageRequest[after=a, limit=50, newestFirst=false]");
  }

  @Test
  void the_description_has_our_names_and_the_key() {
    var api = user.get("/v3/api-docs").json();

    assertThat(
            api.path("components")
                .path("securitySchemes")
                .path("api_key")
                .path("scheme")
                .asString())
        .isEqualTo("bearer");
    assertThat(
            api.path("components")
                .path("schemas")
                .path("Method")
                .path("properties")
                .has("learning_rate"))
        .isTrue();
    var list = api.path("paths").path("/v1/things").path("get");
    assertThat(list.path("parameters").findValuesAsString("name"))
        .containsExactlyInAnyOrder("after", "limit", "order");
    assertThat(list.path("responses").has("default")).isTrue();
    var make = api.path("paths").path("/v1/things").path("post");
    assertThat(make.path("parameters").findValuesAsString("name")).contains("Idempotency-Key");
    assertThat(api.path("paths").path("/v1/me").path("get").has("parameters")).isFalse();
  }

  @Test
  void metrics_are_there_for_those_with_a_key() {
    user.get("/v1/me");

    assertThat(user.get("/actuator/prometheus").text())
        .contains("http_server_requests_seconds_count", "/v1/me");
  }

  @Test
  void requests_run_on_virtual_threads() {
    assertThat(user.get("/v1/me").json().path("thread").asString()).isEqualTo("virtual");
  }
}
