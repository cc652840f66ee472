package dev.cft.grading.mtbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// 320 published GPT-4 judgments: their prompts and their scores.
class PublishedJudgmentsTest {
  private static final Path FOLDER = Path.of("../../shared/data/benchmarks/mt-bench");

  @Test
  void prompts_and_scores_are_reproduced() throws IOException {
    assumeThat(FOLDER).as("MT-Bench is not on this machine").exists();
    var questions = rows("question.jsonl", false);
    var references = rows("reference_answer/gpt-4.jsonl", false);
    var answers = new HashMap<String, JsonNode>();
    for (var model : List.of("claude-3-5-sonnet-20240620", "claude-3-opus-20240229")) {
      answers.putAll(rows("claude-run/model_answer/" + model + ".jsonl", true));
    }
    var prompts = new JudgePrompts();

    var lines = Files.readAllLines(FOLDER.resolve("claude-run/model_judgment/gpt-4_single.jsonl"));
    for (var line : lines) {
      var row = JsonMapper.shared().readTree(line);
      var id = row.get("question_id").asString();
      var conversation =
          new Conversation(
              row(questions, id).get("category").asString(),
              texts(row(questions, id).get("turns")),
              turns(row(answers, row.get("model").asString() + id)),
              references.containsKey(id) ? turns(row(references, id)) : List.of());
      var prompt = prompts.of(conversation, row.get("turn").asInt());
      assertThat(prompt.user()).isEqualTo(row.get("user_prompt").asString());
      assertThat(prompt.template()).isEqualTo(row.get("judge").get(1).asString());
      assertThat(JudgeScore.in(row.get("judgment").asString()))
          .hasValue(row.get("score").asDouble());
    }

    assertThat(lines).hasSize(320);
  }

  private static Map<String, JsonNode> rows(String file, boolean byModel) throws IOException {
    var rows = new HashMap<String, JsonNode>();
    for (var line : Files.readAllLines(FOLDER.resolve(file))) {
      var row = JsonMapper.shared().readTree(line);
      rows.put(
          (byModel ? row.get("model_id").asString() : "") + row.get("question_id").asString(), row);
    }
    return rows;
  }

  private static JsonNode row(Map<String, JsonNode> rows, String id) {
    return Objects.requireNonNull(rows.get(id));
  }

  private static List<String> turns(JsonNode answer) {
    return texts(answer.get("choices").get(0).get("turns"));
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }
}
