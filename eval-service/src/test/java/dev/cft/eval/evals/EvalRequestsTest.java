package dev.cft.eval.evals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/// Bad requests: each is refused with what was wrong, where, and what is allowed.
@EvalServiceTest
class EvalRequestsTest {
  @Autowired World world;
  Api api;

  @BeforeEach
  void connect() {
    api = world.api();
    world.model("tiny", 256);
  }

  private String refused(String body) {
    var answer = api.post("/v1/evals", body);
    assertThat(answer.status()).isEqualTo(400);
    return answer.error();
  }

  private String fromFile(String content) {
    return refused(
        "{\"name\": \"half-written\", \"input\": \"%s\"}".formatted(world.file(content)));
  }

  @Test
  void bad_rows_are_named_by_line_and_nothing_is_stored() {
    assertThat(
            fromFile(
                """
                {"question": "1+1?", "answer": "2"}
                {"question": "1+1?"}
                {"question": "1+1?", "answer": "two"}
                [1]
                {"question":\
                """))
        .startsWith(
            "invalid_eval | 4 faults: input: line 4: must be a JSON object; input: line 5: is not JSON: ")
        .contains(
            "input: line 2: has no answer; input: line 3: the gold answer is not a number: 'two'");
    assertThat(api.get("/v1/evals?limit=100").text()).doesNotContain("half-written");
  }

  @Test
  void empty_files_binary_files_and_unknown_ids_are_told() {
    assertThat(fromFile("\n \n"))
        .isEqualTo("invalid_eval | input: has no items; at least one is needed");
    assertThat(refused("{\"input\": \"file-none\"}"))
        .isEqualTo("invalid_eval | input: there is no file or dataset 'file-none'");
    assertThat(refused("{\"input\": \"ds-none\"}"))
        .isEqualTo("invalid_eval | input: there is no dataset 'ds-none'");
  }

  @Test
  void all_faults_of_a_request_are_told_at_once() {
    assertThat(refused("{\"nmae\": \"x\", \"prompt\": \"{{question}}\", \"metadata\": {\"a\": 1}}"))
        .isEqualTo(
            "invalid_eval | 5 faults: metadata.a: must be a text of at most 512 characters under a key of at most 64; "
                + "testing_criteria: must be an array of at least one criterion; "
                + "prompt: '{{question}}' is not known here; allowed: {{item.FIELD}}; "
                + "data_source_config: is missing; give it, or `input` with a file or dataset id; "
                + "nmae: unknown field; allowed: data_source_config, grader, input, input_messages, metadata, name, prompt, testing_criteria");
  }

  @Test
  void unknown_criteria_and_graders_are_refused_with_what_is_known() {
    var source = "\"data_source_config\": {\"type\": \"custom\", \"item_schema\": {}}";
    assertThat(
            refused(
                "{%s, \"testing_criteria\": [{\"type\": \"python\", \"source\": \"x\"}]}"
                    .formatted(source)))
        .isEqualTo(
            "invalid_eval | testing_criteria[0].type: 'python' is not known; allowed: string_check, math, choice, instructions, mt_bench");
    assertThat(
            refused(
                "{%s, \"testing_criteria\": [{\"type\": \"math\", \"grader\": \"sympy\", \"reference\": \"{{item.a}}\"}]}"
                    .formatted(source)))
        .startsWith(
            "invalid_eval | testing_criteria[0].grader: unknown grader 'sympy'; known: [exact@1, numeric@1,");
    assertThat(refused("[]")).startsWith("invalid_eval | ");
  }

  @Test
  void runs_refuse_unknown_models_and_evals_and_bad_sampling() {
    var eval =
        api.post(
                "/v1/evals",
                "{\"input\": \"%s\"}"
                    .formatted(world.file("{\"question\": \"1+1?\", \"answer\": 2}")))
            .json()
            .path("id")
            .asString();
    var path = "/v1/evals/%s/runs".formatted(eval);

    assertThat(api.post(path, "{\"model\": \"gpt-4o\"}").error())
        .isEqualTo("model_not_found | model: there is no model 'gpt-4o'");
    assertThat(api.post(path, "{\"model\": \"ftjob-none\"}").error())
        .isEqualTo("model_not_found | model: there is no fine-tuning job 'ftjob-none'");
    assertThat(
            api.post(
                    path,
                    "{\"model\": \"tiny\", \"temperature\": 3, \"limit\": 0, \"max_tokens\": 1.5}")
                .error())
        .isEqualTo(
            "invalid_run | 3 faults: limit: must be a whole number from 1 to 2147483647, got 0; "
                + "max_tokens: must be a whole number from 1 to 1000000, got 1.5; temperature: must be a number from 0 to 2, got 3");
    assertThat(api.post("/v1/evals/eval_none/runs", "{\"model\": \"tiny\"}").error())
        .isEqualTo("eval_not_found | There is no eval with the id 'eval_none'.");
    assertThat(
            api.post(path, "{\"data_source\": {\"type\": \"responses\", \"model\": \"tiny\"}}")
                .error())
        .isEqualTo(
            "invalid_run | data_source.type: 'responses' is not known; allowed: completions");
  }

  @Test
  void evals_can_be_renamed_listed_and_deleted() {
    var body =
        "{\"name\": \"a\", \"input\": \"%s\"}"
            .formatted(world.file("{\"question\": \"1+1?\", \"answer\": 2}"));
    var first = api.post("/v1/evals", body).json().path("id").asString();
    var second = api.post("/v1/evals", body).json().path("id").asString();

    assertThat(api.post("/v1/evals/" + first, "{\"name\": \"b\"}").json().path("name").asString())
        .isEqualTo("b");

    var page = api.get("/v1/evals?limit=1&order=desc").json();
    assertThat(page.path("data").get(0).path("id").asString()).isEqualTo(second);
    assertThat(page.path("has_more").asBoolean()).isTrue();
    assertThat(api.delete("/v1/evals/" + first).json().toString())
        .isEqualTo(
            "{\"object\":\"eval.deleted\",\"deleted\":true,\"eval_id\":\"%s\"}".formatted(first));
    assertThat(api.delete("/v1/evals/" + first).status()).isEqualTo(404);
    api.delete("/v1/evals/" + second);
  }
}
