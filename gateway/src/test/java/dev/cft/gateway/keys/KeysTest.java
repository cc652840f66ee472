package dev.cft.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest extends GatewayTest {
  @Test
  void a_key_is_made_told_once_listed_and_revoked() {
    var made = operator.post("/v1/keys", "{\"name\": \"dashboards\"}");
    var id = made.json().path("id").asString();
    var secret = made.json().path("secret").asString();
    var http = TestHttp.at(port, secret);

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Cache-Control")).contains("no-store");
    assertThat(made.json().path("role").asString()).isEqualTo("user");
    assertThat(secret).startsWith("sk-cft-");
    assertThat(http.get("/v1/jobs").status()).isEqualTo(200);
    assertThat(operator.get("/v1/keys").text())
        .contains(id, "dashboards")
        .doesNotContain(secret, "secret");
    assertThat(operator.get("/v1/keys/" + id).json().path("name").asString())
        .isEqualTo("dashboards");

    assertThat(operator.delete("/v1/keys/" + id).json().path("deleted").asBoolean()).isTrue();

    assertThat(http.get("/v1/jobs").status()).isEqualTo(401);
    assertThat(operator.get("/v1/keys/" + id).json().path("revoked_at").asLong()).isPositive();
  }

  @Test
  void a_repetition_makes_no_second_key_and_tells_no_secret() {
    var http = operator.with("Idempotency-Key", UUID.randomUUID().toString());

    var first = http.post("/v1/keys", "{\"name\": \"once\"}").json();
    var second = http.post("/v1/keys", "{\"name\": \"once\"}").json();

    assertThat(second.path("id")).isEqualTo(first.path("id"));
    assertThat(first.has("secret")).isTrue();
    assertThat(second.has("secret")).isFalse();
  }

  @Test
  void users_manage_no_keys_but_see_their_own() {
    assertThat(user.post("/v1/keys", "{\"name\": \"x\"}").status()).isEqualTo(403);
    assertThat(user.get("/v1/keys").status()).isEqualTo(403);
    assertThat(user.delete("/v1/keys/key-1").error().path("code").asString())
        .isEqualTo("operator_required");
    assertThat(user.get("/v1/keys/current").json().path("role").asString()).isEqualTo("user");
  }

  @Test
  void an_operator_cannot_lock_itself_out() {
    var own = operator.get("/v1/keys/current").json().path("id").asString();
    var refused = operator.delete("/v1/keys/" + own);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error().path("code").asString()).isEqualTo("own_key");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {}                              | name | must not be blank
          {"name": ""}                    | name | must not be blank
          {"name": "a", "role": "admin"}  | role | 'role' must be user or operator, was 'admin'.
          {"name": "a", "scope": "all"}   | scope | allowed here: name, role
          {"name": 1}                     | name | must be a string
          """)
  void a_bad_key_is_refused(String body, String param, String words) {
    var answer = operator.post("/v1/keys", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("param").asString()).isEqualTo(param);
    assertThat(answer.error().path("message").asString()).contains(words);
  }

  @Test
  void an_unknown_key_is_not_found() {
    assertThat(operator.delete("/v1/keys/key-nothing").status()).isEqualTo(404);
    assertThat(operator.get("/v1/keys/key-nothing").error().path("code").asString())
        .isEqualTo("key_not_found");
  }
}
