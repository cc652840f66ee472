package dev.cft.service.things;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.service.testing.TestHttp.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorShapesTest extends ServiceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name": "x"                          | invalid_json           |                      | not valid JSON at line 1
          {"name": "x", "name": "y"}            | invalid_json           |                      | Duplicate
          {"name": "x", "count": 1} trailing    | invalid_json           |                      | not valid JSON
          {"name": "x", "count": 1, "nmae": 2}  | unknown_field          | nmae                 | Unknown field 'nmae'; allowed here: colour, count, metadata, method, name, tags.
          {"name": "x", "count": "5"}           | invalid_type           | count                | 'count' must be an integer, was a string.
          {"name": "x", "count": 1.5}           | invalid_type           | count                | 'count' must be an integer, was a fraction.
          {"name": "x", "count": true}          | invalid_type           | count                | 'count' must be an integer, was a boolean.
          {"name": "x", "count": null}          | missing_required_field | count                | 'count' is required and must be an integer.
          {"name": "x"}                         | missing_required_field | count                | 'count' is required and must be an integer.
          {"name": 5, "count": 1}               | invalid_type           | name                 | 'name' must be a string, was an integer.
          {"name": ["x"], "count": 1}           | invalid_type           | name                 | 'name' must be a string, was a list.
          {"name": "x", "count": 99999999999}   | invalid_value          | count                | 'count' is out of range
          {"name": "", "count": 1}              | invalid_value          | name                 | 'name' must not be blank.
          {"count": 1}                          | invalid_value          | name                 | 'name' must not be blank.
          {"name": "x", "count": 11}            | invalid_value          | count                | 'count' must be less than or equal to 10, was 11.
          {"name": "x", "count": 1, "colour": "blue"} | invalid_value    | colour               | 'colour' must be one of RED, GREEN, was 'blue'.
          {"name": "x", "count": 1, "colour": 0} | invalid_value         | colour               | 'colour' must be one of RED, GREEN, was '0'.
          {"name": "x", "count": 1, "tags": "a"} | invalid_type          | tags                 | 'tags' must be a list, was a string.
          {"name": "x", "count": 1, "tags": [1]} | invalid_type          | tags[0]              | 'tags[0]' must be a string, was an integer.
          {"name": "x", "count": 1, "method": []} | invalid_type         | method               | 'method' must be an object, was a list.
          {"name": "x", "count": 1, "method": {"type": "a", "learning_rate": -1}} | invalid_value | method.learning_rate | 'method.learning_rate' must be greater than 0, was -1.0.
          {"name": "x", "count": 1, "method": {"type": "a", "lr": 1}} | unknown_field | method.lr | allowed here: learning_rate, type.
          {"name": "x", "count": 2, "colour": "RED"} | invalid_value     |                      | a red thing must be alone: 'count' must be 1.
          []                                    | invalid_type           |                      | The body must be an object, was a list.
          "text"                                | invalid_type           |                      | The body must be an object
          null                                  | missing_body           |                      | none was sent
          """)
  void a_bad_body_is_refused_with_field_and_rule(
      String body, String code, String param, String words) {
    var answer = user.post("/v1/things", body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error().path("message").asString()).contains(words);
    assertThat(answer.error().path("code").asString()).isEqualTo(code);
    assertThat(answer.error().path("param").asString(null)).isEqualTo(param);
    assertThat(answer.error().path("type").asString()).isEqualTo("invalid_request_error");
    assertThat(things.made).hasValue(0);
  }

  @Test
  void an_empty_body_is_told_to_be_missing() {
    assertError(user.post("/v1/things", ""), 400, "missing_body");
  }

  @Test
  void broken_text_encoding_is_refused() {
    var answer =
        user.with("Content-Type", "application/json")
            .send(
                "POST",
                "/v1/things",
                BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xff, '"'}));

    assertError(answer, 400, "invalid_json");
  }

  @Test
  void another_content_type_is_refused_with_what_is_allowed() {
    var answer =
        user.with("Content-Type", "text/csv")
            .send("POST", "/v1/things", BodyPublishers.ofString("a,b"));

    assertError(answer, 415, "unsupported_content_type");
    assertThat(answer.error().path("message").asString()).contains("text/csv", "application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/%00", "/v1/things?after=%00", "/v1/things?after=%ff", "/v1/things?a=%zz"})
  void an_address_that_is_no_text_is_refused(String path) {
    var address = "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(path);

    assertThat(raw(address))
        .startsWith("HTTP/1.1 400")
        .containsAnyOf("invalid_encoding", "invalid_request");
  }

  /// What the JDK's client would not send.
  private String raw(String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void an_unknown_address_is_named() {
    var answer = user.get("/v1/thingz");

    assertError(answer, 404, "unknown_url");
    assertThat(answer.error().path("message").asString()).contains("GET /v1/thingz");
  }

  @Test
  void another_method_is_refused_with_those_allowed() {
    var answer = user.delete("/v1/things");

    assertError(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).contains("GET", "POST");
  }

  @Test
  void an_answer_in_another_type_is_refused() {
    assertError(user.with("Accept", "image/png").get("/v1/me"), 406, "not_acceptable");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/numbers, missing_required_parameter, n, is required",
    "/v1/numbers?n=five, invalid_type, n, must be an integer",
    "/v1/things?limit=0, invalid_value, limit, from 1 to 50",
    "/v1/things?limit=51, invalid_value, limit, was '51'",
    "/v1/things?limit=x, invalid_value, limit, from 1 to 50",
    "/v1/things?order=up, invalid_value, order, must be asc or desc"
  })
  void bad_parameters_are_named(String path, String code, String param, String words) {
    var answer = user.get(path);

    assertError(answer, 400, code);
    assertThat(answer.error().path("param").asString()).isEqualTo(param);
    assertThat(answer.error().path("message").asString()).contains(words);
  }

  @Test
  void a_body_too_large_is_refused_whether_it_says_so_or_not() {
    var large = "{\"name\": \"%s\", \"count\": 1}".formatted("x".repeat(70_000));
    var chunked =
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large.getBytes(UTF_8)));

    assertError(user.post("/v1/things", large), 413, "body_too_large");
    assertError(
        user.with("Content-Type", "application/json").send("POST", "/v1/things", chunked),
        413,
        "body_too_large");
  }

  @Test
  void a_file_too_large_is_refused() {
    var answer = user.upload("/v1/uploads", "a.jsonl", "fine-tune", "x".repeat(290_000));

    assertError(answer, 413, "file_too_large");
    assertThat(answer.error().path("param").asString()).isEqualTo("file");
  }

  @Test
  void an_upload_cut_off_is_refused() {
    var answer =
        user.with("Content-Type", "multipart/form-data; boundary=b")
            .send(
                "POST",
                "/v1/uploads",
                BodyPublishers.ofString("--b\r\nContent-Disposition: form-"));

    assertError(answer, 400, "invalid_multipart");
  }

  @Test
  void an_upload_without_its_file_is_refused() {
    var answer =
        user.with("Content-Type", "multipart/form-data; boundary=b")
            .send(
                "POST",
                "/v1/uploads",
                BodyPublishers.ofString(
                    "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nx\r\n--b--\r\n"));

    assertError(answer, 400, "missing_required_part");
    assertThat(answer.error().path("param").asString()).isEqualTo("file");
  }

  @ParameterizedTest
  @CsvSource({
    "missing, 404, thing_not_found, invalid_request_error, There is no thing with the id 'thing-9'.",
    "busy, 429, slow_down, rate_limit_error, Slow down.",
    "away, 503, teacher_away, server_error, The teacher is away.",
    "clash, 409, clash, invalid_request_error, It is there already.",
    "state, 400, illegal_state, invalid_request_error, ftjob-1 is succeeded and cannot be paused",
    "database, 503, database_unavailable, server_error, The database does not answer",
    "bug, 500, internal_error, server_error, x-request-id"
  })
  void what_a_handler_throws_is_told_in_both_shapes(
      String which, int status, String code, String type, String words) {
    var openAi = user.get("/v1/faults/" + which);
    var problem = user.get("/plain/faults/" + which);

    assertError(openAi, status, code);
    assertThat(openAi.header("Content-Type")).isEqualTo("application/json");
    assertThat(openAi.error().path("type").asString()).isEqualTo(type);
    assertThat(openAi.error().path("message").asString()).contains(words);
    assertThat(openAi.error().propertyNames())
        .containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(problem.json().path("status").asInt()).isEqualTo(status);
    assertThat(problem.json().path("code").asString()).isEqualTo(code);
    assertThat(problem.json().path("detail").asString()).contains(words);
    assertThat(problem.json().path("instance").asString()).isEqualTo("/plain/faults/" + which);
  }

  @Test
  void a_retry_is_advised_in_headers() {
    assertThat(user.get("/v1/faults/busy").header("Retry-After")).isEqualTo("2");
    assertThat(user.get("/v1/faults/away").header("Retry-After")).isEqualTo("9");
    assertThat(user.get("/v1/faults/clash").header("x-should-retry")).isEqualTo("false");
  }

  @Test
  void details_of_our_faults_stay_in_the_log() {
    assertThat(user.get("/v1/faults/bug").text()).doesNotContain("secret detail");
  }

  @Test
  void problems_elsewhere_have_the_other_shape_for_bodies_too() {
    var answer = user.post("/plain/things", "{\"count\": 1, \"nmae\": 1}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().path("param").asString()).isEqualTo("nmae");
  }

  @Test
  void what_the_container_refuses_has_the_shape_too() {
    var answer = user.get("/error");

    assertError(answer, 404, "unknown_url", "/error");
  }

  private static void assertError(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.error().path("code").asString()).isEqualTo(code);
    assertThat(answer.header("x-request-id")).isNotEmpty();
  }

  /// Outside `/v1`.
  private static void assertError(Answer answer, int status, String code, String instance) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().path("code").asString()).isEqualTo(code);
    assertThat(answer.json().path("instance").asString()).isEqualTo(instance);
  }
}
