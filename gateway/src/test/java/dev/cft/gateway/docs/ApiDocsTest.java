package dev.cft.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiDocsTest extends GatewayTest {
  @BeforeEach
  void describe() {
    TRAINER.answers("/v3/api-docs", 200, document("/v1/models", "string"));
    EVAL.answers("/v3/api-docs", 200, document("/v1/evals", "integer"));
  }

  private static String document(String path, String type) {
    return """
    {"openapi": "3.1.0", "servers": [{"url": "http://localhost:8082"}], "tags": [{"name": "%1$s"}],
     "paths": {"%1$s": {"get": {"responses": {"200": {"content": {"application/json": {"schema":
       {"$ref": "#/components/schemas/Thing"}}}}}}}},
     "components": {"schemas": {"Thing": {"type": "%2$s"}}}}
    """
        .formatted(path, type);
  }

  @Test
  void one_document_describes_all_services_that_answer() {
    var all = user.get("/v3/api-docs/all").json();

    assertThat(all.path("paths").propertyNames())
        .contains("/v1/jobs", "/v1/jobs/{id}/events", "/v1/keys", "/v1/models", "/v1/evals");
    assertThat(all.path("info").path("description").asString())
        .contains("critique-generator")
        .doesNotContain("trainer");
    assertThat(all.path("servers").size()).isEqualTo(1);
    assertThat(all.path("servers").get(0).path("url").asString()).isEqualTo("/");
  }

  @Test
  void schemas_of_one_name_that_differ_are_kept_apart() {
    var all = user.get("/v3/api-docs/all").json();
    var schemas = all.path("components").path("schemas");

    assertThat(schemas.path("Thing").path("type").asString()).isEqualTo("string");
    assertThat(schemas.path("eval_Thing").path("type").asString()).isEqualTo("integer");
    assertThat(all.path("paths").path("/v1/evals").toString())
        .contains("#/components/schemas/eval_Thing");
    assertThat(all.path("paths").path("/v1/models").toString())
        .contains("#/components/schemas/Thing");
  }

  @Test
  void a_service_s_own_document_points_at_the_gateway() {
    var trainer = user.get("/v3/api-docs/services/trainer").json();
    var own = user.get("/v3/api-docs/services/gateway").json();

    assertThat(trainer.path("paths").has("/v1/models")).isTrue();
    assertThat(trainer.path("servers").get(0).path("url").asString()).isEqualTo("/");
    assertThat(user.get("/v3/api-docs/services/critique-generator").status()).isEqualTo(503);
    assertThat(user.get("/v3/api-docs/services/mail").status()).isEqualTo(404);
    assertThat(own.path("paths").has("/v1/jobs")).isTrue();
  }
}
