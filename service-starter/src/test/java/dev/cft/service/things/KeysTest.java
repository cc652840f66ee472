package dev.cft.service.things;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.service.testing.TestHttp;
import dev.cft.store.keys.ApiKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest extends ServiceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/me",
        "/v1/nothing",
        "/",
        "/v3/api-docs",
        "/actuator/prometheus",
        "/actuator",
        "/error",
        "/actuator/healthy",
        "/actuator/health/..;/prometheus",
        "/actuator/health/%2e%2e/prometheus"
      })
  void without_a_key_nothing_but_health_answers(String path) {
    var answer = nobody.get(path);

    assertThat(answer.status()).isIn(401, 400);
    assertThat(answer.text()).doesNotContain("jvm_");
  }

  @Test
  void health_answers_everyone() {
    assertThat(nobody.get("/actuator/health").status()).isEqualTo(200);
    assertThat(nobody.get("/actuator/health/liveness").json().path("status").asString())
        .isEqualTo("UP");
    assertThat(nobody.get("/actuator/health/readiness").status()).isEqualTo(200);
  }

  @Test
  void a_missing_key_is_told_how_to_send_one() {
    var answer = nobody.get("/v1/me");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(answer.error().path("code").asString()).isEqualTo("missing_api_key");
    assertThat(answer.error().path("type").asString()).isEqualTo("authentication_error");
    assertThat(answer.error().path("message").asString()).contains("Authorization: Bearer sk-cft-");
  }

  @Test
  void outside_v1_the_refusal_is_a_problem() {
    var answer = nobody.get("/plain/things");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void an_unknown_key_and_another_scheme_are_refused() {
    var unknown = TestHttp.at(port, "sk-cft-unknown").get("/v1/me");
    var basic = nobody.with("Authorization", "Basic abc").get("/v1/me");

    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.error().path("code").asString()).isEqualTo("invalid_api_key");
    assertThat(unknown.text()).doesNotContain("sk-cft-unknown");
    assertThat(basic.status()).isEqualTo(401);
  }

  @Test
  void a_revoked_key_is_refused_at_once() {
    var created = keys.create("short-lived", ApiKey.Role.USER);
    var http = TestHttp.at(port, created.secret());
    assertThat(http.get("/v1/me").json().path("name").asString()).isEqualTo("short-lived");

    keys.revoke(created.key().id());

    assertThat(http.get("/v1/me").status()).isEqualTo(401);
  }

  @Test
  void the_operator_key_of_the_configuration_works() {
    assertThat(operator.get("/v1/operators").status()).isEqualTo(200);
    var refused = user.get("/v1/operators");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error().path("code").asString()).isEqualTo("operator_required");
  }

  @Test
  void open_paths_of_the_configuration_need_no_key() {
    assertThat(nobody.get("/open/anything").status()).isEqualTo(404);
  }
}
