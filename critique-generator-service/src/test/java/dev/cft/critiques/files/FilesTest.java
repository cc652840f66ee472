package dev.cft.critiques.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@CritiqueServiceTest
class FilesTest {
  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  @Test
  void a_file_is_kept_byte_for_byte_until_it_is_deleted() {
    var content = "{\"question\":\"2+2?\",\"answer\":\"4\"}\r\n{\"question\":\"Wie heißt du?\"}";

    var file = api.upload("fine-tune", content).ok().json();

    var id = file.path("id").asString();
    assertThat(id).startsWith("file-");
    assertThat(file.path("object").asString()).isEqualTo("file");
    assertThat(file.path("bytes").asInt()).isEqualTo(63);
    assertThat(file.path("filename").asString()).isEqualTo("rows.jsonl");
    assertThat(file.path("status").asString()).isEqualTo("processed");
    assertThat(api.get("/v1/files/" + id).ok().json()).isEqualTo(file);
    assertThat(api.get("/v1/files/" + id + "/content").ok().body()).isEqualTo(content);
    assertThat(api.get("/v1/files?purpose=fine-tune").ok().body()).contains(id);
    assertThat(api.get("/v1/files?purpose=evals").ok().body()).doesNotContain(id);
    assertThat(api.delete("/v1/files/" + id).ok().json().path("deleted").asBoolean()).isTrue();
    assertThat(api.get("/v1/files/" + id).status()).isEqualTo(404);
    assertThat(api.get("/v1/files/" + id + "/content").status()).isEqualTo(404);
    assertThat(api.delete("/v1/files/" + id).code()).isEqualTo("file_not_found");
  }

  @Test
  void a_malformed_line_stores_nothing_and_is_named() {
    var before = api.get("/v1/files").ok().json().path("data").size();

    var answer = api.upload("fine-tune", "{\"question\":\"a\"}\n{\"question\":7,\"answer\":[]}\n");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid_file");
    assertThat(answer.message())
        .isEqualTo(
            "rows.jsonl: line 2: field 'answer' must be text, got an array. Nothing was stored.");
    assertThat(api.get("/v1/files").ok().json().path("data")).hasSize(before);
  }

  @Test
  void an_unknown_purpose_and_a_missing_field_are_told() {
    var unknown = api.upload("vision", "{\"question\":\"a\"}");
    var empty = api.upload("fine-tune", "");

    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.message())
        .isEqualTo("The purpose 'vision' is not known; allowed: fine-tune, evals, user_data.");
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.message()).contains("The file holds no rows");
  }

  @Test
  void user_data_may_have_any_fields_but_must_be_json_objects() {
    assertThat(api.upload("user_data", "{\"problem\":1}").status()).isEqualTo(200);
    assertThat(api.upload("evals", "{\"item\":{\"q\":1}}").status()).isEqualTo(200);
    assertThat(api.upload("user_data", "{\"problem\":1}\nhello").message())
        .contains("line 2: is not valid JSON");
    assertThat(api.upload("fine-tune", "{\"problem\":1}").message())
        .contains("line 1: has the fields [problem]");
  }

  @Test
  void a_list_is_paged_by_id() {
    var first = api.upload("evals", "{\"question\":\"1\"}").ok().text("id");
    var second = api.upload("evals", "{\"question\":\"2\"}").ok().text("id");

    var page = api.get("/v1/files?purpose=evals&limit=1").ok().json();

    assertThat(page.path("data").path(0).path("id").asString()).isEqualTo(second);
    assertThat(page.path("has_more").asBoolean()).isTrue();
    assertThat(api.get("/v1/files?purpose=evals&after=" + second).ok().body()).contains(first);
    assertThat(api.get("/v1/files?after=file-none").status()).isEqualTo(404);
  }
}
