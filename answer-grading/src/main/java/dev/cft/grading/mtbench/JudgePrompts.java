package dev.cft.grading.mtbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Fills FastChat's published templates (Apache-2.0, `judge_prompts.jsonl` beside this class;
/// changed by nothing, because scores compare only under the same words).
public final class JudgePrompts {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+\\d?)}");

  private final Map<String, JsonNode> templates = new HashMap<>();

  public JudgePrompts() {
    try (var file = JudgePrompts.class.getResourceAsStream("judge_prompts.jsonl")) {
      if (file == null) {
        throw new IllegalStateException("judge_prompts.jsonl is not on the class path");
      }
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(JsonMapper.shared()::readTree)
          .forEach(template -> templates.put(template.get("name").asString(), template));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the judge is asked about a turn.
  ///
  /// @param turn 1 or 2; in the second turn the judge sees both
  public JudgePrompt of(Conversation conversation, int turn) {
    if (turn < 1 || turn > 2 || turn > conversation.answers().size()) {
      throw new IllegalArgumentException(
          "turn %d of a conversation with %d answers"
              .formatted(turn, conversation.answers().size()));
    }
    var name =
        (conversation.isWithReference() ? "single-math-v1" : "single-v1")
            + (turn == 2 ? "-multi-turn" : "");
    var template = templates.get(name);
    if (template == null) {
      throw new IllegalStateException("the template %s is missing".formatted(name));
    }
    return new JudgePrompt(
        name,
        template.get("system_prompt").asString(),
        filled(template.get("prompt_template").asString(), values(conversation, turn)));
  }

  private static Map<String, String> values(Conversation conversation, int turn) {
    var values = new LinkedHashMap<String, String>();
    values.put("question", conversation.questions().getFirst());
    values.put("answer", conversation.answers().getFirst());
    for (var i = 0; i < turn; i++) {
      values.put("question_" + (i + 1), conversation.questions().get(i));
      values.put("answer_" + (i + 1), conversation.answers().get(i));
      if (i < conversation.references().size()) {
        values.put("ref_answer_" + (i + 1), conversation.references().get(i));
      }
    }
    return values;
  }

  private static String filled(String template, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(match -> {
          var value = values.get(match.group(1));
          if (value == null) {
            throw new IllegalStateException("nothing fills {%s}".formatted(match.group(1)));
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
