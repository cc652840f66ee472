package dev.cft.critiques.teachers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;

/// Runs the class initialisers behind the OpenAI client's JSON on one thread, before answers come
/// to many: two virtual threads in them at once can hold all carriers and wait for each other
/// (docs/adr/0032-more-carriers-than-cores.md).
final class OpenAiWarmUp {
  private static final String ANSWER =
      """
      {"id":"warm-up","object":"chat.completion","created":1,"model":"none","choices":[{"index":0,
      "finish_reason":"stop","message":{"role":"assistant","content":"","refusal":null},"logprobs":null}],
      "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
      """;

  private OpenAiWarmUp() {}

  /// Reads an answer and writes it again, as every call does with its own.
  static void run() {
    var mapper = ObjectMappers.jsonMapper();
    try {
      mapper.writeValueAsString(mapper.readValue(ANSWER, ChatCompletion.class).validate());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the OpenAI client does not read an answer", e);
    }
  }
}
