package dev.cft.eval.chat;

import dev.cft.eval.chat.ChatJson.Choice;
import dev.cft.eval.chat.ChatJson.Completion;
import dev.cft.eval.chat.ChatJson.Message;
import dev.cft.eval.chat.ChatJson.Usage;
import dev.cft.eval.requests.Ids;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.service.errors.ApiException;
import dev.cft.store.models.StoredModel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// One request on its way to an answer.
///
/// @param prompts one generation for each choice
/// @param deadline by `System.nanoTime()`
record ChatAnswer(
    String id,
    long created,
    StoredModel stored,
    ChatRequest request,
    List<GenerationRequest> prompts,
    long deadline) {

  /// Makes the prompt ready.
  ///
  /// @throws ApiException 400 where it does not fit the model
  static ChatAnswer prepare(
      ChatRequest request,
      StoredModel stored,
      LanguageModel model,
      ChatSettings settings,
      InstantSource clock) {
    var prompt = prompt(request, model);
    var room = model.config().maxPositions() - prompt.length;
    var wanted =
        request.maxTokens() == null ? Math.min(settings.maxTokens(), room) : request.maxTokens();
    if (room < 1 || wanted > room) {
      throw ApiException.badRequest(
          "context_length_exceeded",
          "This model's context is %d tokens; the messages have %d and the answer may have %d. Shorten the messages or lower max_completion_tokens."
              .formatted(model.config().maxPositions(), prompt.length, Math.max(1, wanted)),
          "messages");
    }
    var sampler = request.sampler();
    var prompts =
        IntStream.range(0, request.n())
            .mapToObj(i ->
                new GenerationRequest(
                    prompt,
                    wanted,
                    sampler.temperature(),
                    sampler.topP(),
                    sampler.seed() + i,
                    sampler.stop()))
            .toList();
    var deadline = System.nanoTime() + settings.timeout().toNanos();
    return new ChatAnswer(
        Ids.next("chatcmpl-"),
        clock.instant().getEpochSecond(),
        stored,
        request,
        prompts,
        deadline);
  }

  private static int[] prompt(ChatRequest request, LanguageModel model) {
    try {
      var prompt = model.tokenizer().encode(model.chatTemplate().render(request.messages(), true));
      if (prompt.length == 0) {
        throw new IllegalArgumentException("the messages are empty");
      }
      return prompt;
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("invalid_messages", "messages: " + e.getMessage(), "messages");
    }
  }

  /// Generates all choices.
  Completion complete(LanguageModel model) {
    var generations =
        model.generate(
            prompts,
            new GenerationListener() {
              @Override
              public boolean cancelled() {
                return isLate();
              }
            });
    if (isLate()) {
      throw late();
    }
    var choices =
        IntStream.range(0, generations.size())
            .mapToObj(i -> choice(i, generations.get(i)))
            .toList();
    return new Completion(
        id,
        "chat.completion",
        created,
        request.model(),
        choices,
        usage(generations),
        fingerprint());
  }

  boolean isLate() {
    return System.nanoTime() - deadline > 0;
  }

  static ApiException late() {
    return ApiException.unavailable(
        "generation_timeout",
        "The answer took too long and was stopped. Ask for fewer tokens or try again.",
        Duration.ofSeconds(5));
  }

  private static Choice choice(int index, Generation generation) {
    return new Choice(
        index, new Message("assistant", generation.text(), null), null, finishReason(generation));
  }

  static String finishReason(Generation generation) {
    return generation.finishReason().name().toLowerCase(Locale.ROOT);
  }

  static Usage usage(List<Generation> generations) {
    var prompt = generations.getFirst().promptTokens();
    var completion = generations.stream().mapToInt(g -> g.tokens().length).sum();
    return new Usage(prompt, completion, prompt + completion);
  }

  /// Names the weights, so that a client can tell whether a seed should repeat an answer.
  String fingerprint() {
    return "fp_" + stored.hash().substring(0, Math.min(10, stored.hash().length()));
  }
}
