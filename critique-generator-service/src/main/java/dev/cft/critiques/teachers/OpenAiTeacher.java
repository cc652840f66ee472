package dev.cft.critiques.teachers;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import dev.cft.critiques.limits.RateHeaders;
import dev.cft.critiques.teachers.TeacherException.Unavailable;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// A teacher behind an OpenAI-compatible chat completions endpoint.
final class OpenAiTeacher implements Teacher, AutoCloseable {
  private final OpenAIClient client;
  private final TeacherSettings settings;

  OpenAiTeacher(OpenAIClient client, TeacherSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public Reply critique(Question question) {
    return ask(params(question).build());
  }

  private Reply ask(ChatCompletionCreateParams params) {
    try (var response = client.chat().completions().withRawResponse().create(params)) {
      return reply(response.parse(), OpenAiErrors.limits(response.headers()));
    } catch (OpenAIServiceException e) {
      throw OpenAiErrors.translate(e);
    } catch (OpenAIException e) {
      throw new Unavailable(OpenAiErrors.describe(e), e);
    } catch (NullPointerException e) {
      // the client's, where the body is `null`
      throw new Unavailable("the answer is no completion", e);
    }
  }

  @Override
  public Reply respond(Sampling sampling) {
    var params =
        ChatCompletionCreateParams.builder()
            .model(settings.model() == null ? "" : settings.model())
            .temperature(sampling.temperature())
            .topP(sampling.topP())
            .addUserMessage(sampling.user())
            .putAdditionalBodyProperty("seed", JsonValue.from(sampling.seed()))
            .putAdditionalBodyProperty(
                settings.maxTokensField(), JsonValue.from(sampling.maxTokens()))
            .putAdditionalHeader("Idempotency-Key", sampling.requestId());
    if (!sampling.stop().isEmpty()) {
      params.stopOfStrings(sampling.stop());
    }
    return ask(params.build());
  }

  /// The body of a call, for those who send it another way.
  ChatCompletionCreateParams.Body body(Question question) {
    return params(question).build()._body();
  }

  static Reply reply(ChatCompletion completion, RateHeaders limits) {
    if (completion.choices().isEmpty()) {
      throw new Unavailable("the answer has no choices", null);
    }
    var choice = completion.choices().getFirst();
    var isRefusal = choice.message().refusal().filter(text -> !text.isBlank()).isPresent();
    return new Reply(
        choice.message().content().orElse(""),
        isRefusal ? Reply.End.REFUSED : end(choice.finishReason().asString()),
        completion.usage().map(OpenAiTeacher::usage).orElse(Usage.NONE),
        completion.model(),
        limits);
  }

  @Override
  public Reply critique(Question question, Consumer<String> onText) {
    var params =
        params(question)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    var stream = new Streamed(onText);
    try (var response = client.chat().completions().withRawResponse().createStreaming(params);
        var chunks = response.parse()) {
      chunks.stream().forEach(stream::add);
      return stream.reply(OpenAiErrors.limits(response.headers()));
    } catch (OpenAIServiceException e) {
      throw stream.isEmpty() ? OpenAiErrors.translate(e) : stream.brokenOff(e);
    } catch (OpenAIException e) {
      throw stream.isEmpty() ? new Unavailable(OpenAiErrors.describe(e), e) : stream.brokenOff(e);
    }
  }

  /// A reply that arrives in pieces.
  private static final class Streamed {
    private final Consumer<String> onText;
    private final StringBuilder text = new StringBuilder();
    private Usage usage = Usage.NONE;
    private String model = "";
    private Optional<String> finish = Optional.empty();
    private boolean isRefusal;

    Streamed(Consumer<String> onText) {
      this.onText = onText;
    }

    void add(ChatCompletionChunk chunk) {
      usage = chunk.usage().map(OpenAiTeacher::usage).orElse(usage);
      model = chunk.model();
      for (var choice : chunk.choices()) {
        isRefusal |= choice.delta().refusal().filter(t -> !t.isBlank()).isPresent();
        finish = choice.finishReason().map(reason -> reason.asString()).or(() -> finish);
        choice.delta().content().ifPresent(this::addText);
      }
    }

    private void addText(String piece) {
      text.append(piece);
      onText.accept(piece);
    }

    boolean isEmpty() {
      return text.isEmpty();
    }

    Reply reply(RateHeaders limits) {
      var reason =
          finish.orElseThrow(
              () -> new Unavailable("the stream ended before the answer was finished", null));
      return new Reply(
          text.toString(), isRefusal ? Reply.End.REFUSED : end(reason), usage, model, limits);
    }

    TeacherException brokenOff(OpenAIException e) {
      return new TeacherException.BadRequest(
          "the stream broke off after %d characters: %s"
              .formatted(text.length(), OpenAiErrors.describe(e)));
    }
  }

  private ChatCompletionCreateParams.Builder params(Question question) {
    var params =
        ChatCompletionCreateParams.builder()
            .model(settings.model() == null ? "" : settings.model())
            .temperature(settings.temperature())
            .topP(settings.topP());
    if (!question.prompt().system().isEmpty()) {
      params.addSystemMessage(question.prompt().system());
    }
    params.addUserMessage(question.prompt().userFor(question.question(), question.response()));
    params.putAdditionalBodyProperty(
        settings.maxTokensField(), JsonValue.from(settings.maxTokens()));
    params.putAdditionalHeader("Idempotency-Key", question.requestId());
    return params;
  }

  private static Reply.End end(String finishReason) {
    return switch (finishReason.toLowerCase(Locale.ROOT)) {
      case "length" -> Reply.End.LENGTH;
      case "content_filter" -> Reply.End.REFUSED;
      default -> Reply.End.STOP;
    };
  }

  private static Usage usage(CompletionUsage usage) {
    return new Usage(usage.promptTokens(), usage.completionTokens());
  }

  @Override
  public void close() {
    client.close();
  }
}
