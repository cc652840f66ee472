package dev.cft.critiques.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@CritiqueServiceTest
class UploadsTest {
  private static final String ROWS = "{\"question\":\"Wie viel ist 2+2?\"}\n{\"question\":\"b\"}\n";
  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  private String begun(long bytes) {
    return api.post(
            "/v1/uploads",
            Map.of(
                "filename",
                "rows.jsonl",
                "purpose",
                "fine-tune",
                "bytes",
                bytes,
                "mime_type",
                "application/jsonl"))
        .ok()
        .text("id");
  }

  private String part(String upload, String content) {
    return api.part(upload, content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .ok()
        .text("id");
  }

  @Test
  void a_file_is_made_of_parts_in_the_named_order() {
    var id = begun(ROWS.length());
    var second = part(id, ROWS.substring(20));
    var first = part(id, ROWS.substring(0, 20));

    var seen = api.get("/v1/uploads/" + id).ok().json();
    var done = api.post("/v1/uploads/" + id + "/complete", parts(first, second)).ok().json();

    assertThat(seen.path("status").asString()).isEqualTo("pending");
    assertThat(seen.path("parts")).hasSize(2);
    assertThat(done.path("status").asString()).isEqualTo("completed");
    var file = done.path("file").path("id").asString();
    assertThat(api.get("/v1/files/" + file + "/content").ok().body()).isEqualTo(ROWS);
    assertThat(api.part(id, new byte[] {1}).status()).isEqualTo(409);
    assertThat(api.post("/v1/uploads/" + id + "/cancel", Map.of()).message())
        .contains("is completed; begin another");
  }

  private static Map<String, Object> parts(String... ids) {
    return Map.of("part_ids", List.of(ids));
  }

  @Test
  void what_is_wrong_with_the_parts_is_told_and_the_upload_stays_open() {
    var id = begun(ROWS.length());
    var first = part(id, ROWS.substring(0, 20));
    var complete = "/v1/uploads/" + id + "/complete";

    assertThat(api.post(complete, parts(first)).message())
        .isEqualTo(
            "The parts have 20 bytes together, but %d were announced; the upload is still open."
                .formatted(ROWS.length()));
    assertThat(api.post(complete, parts(first, "part_none")).code()).isEqualTo("invalid_parts");
    assertThat(api.post(complete, parts(first, first)).code()).isEqualTo("invalid_parts");
    var second = part(id, ROWS.substring(20));
    var sum = api.post(complete, Map.of("part_ids", List.of(first, second), "md5", "0".repeat(32)));
    assertThat(sum.code()).isEqualTo("checksum_mismatch");
    assertThat(api.post(complete, parts(first, second)).status()).isEqualTo(200);
  }

  @Test
  void rows_are_checked_when_the_upload_is_completed() {
    var rows = "{\"question\":\"a\"}\n{\"question\":{}}\n";
    var id = begun(rows.length());
    var part = part(id, rows);

    var answer = api.post("/v1/uploads/" + id + "/complete", parts(part));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo(
            "rows.jsonl: line 2: field 'question' must be text, got an object. Nothing was stored.");
    assertThat(api.post("/v1/uploads/" + id + "/cancel", Map.of()).ok().text("status"))
        .isEqualTo("cancelled");
  }

  @Test
  void a_wrong_beginning_is_refused() {
    var request =
        Map.of("filename", "a", "purpose", "vision", "bytes", 1, "mime_type", "text/plain");

    assertThat(api.post("/v1/uploads", request).code()).isEqualTo("unknown_purpose");
    assertThat(api.post("/v1/uploads", Map.of("filename", "a")).status()).isEqualTo(400);
    assertThat(api.get("/v1/uploads/upload_none").code()).isEqualTo("upload_not_found");
  }
}
