package dev.cft.critiques.teachers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchListParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import dev.cft.critiques.limits.RateHeaders;
import dev.cft.critiques.teachers.TeacherException.BadRequest;
import dev.cft.critiques.teachers.TeacherException.OutOfQuota;
import dev.cft.critiques.teachers.TeacherException.RateLimited;
import dev.cft.critiques.teachers.TeacherException.Unavailable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// OpenAI's `/v1/batches`.
final class OpenAiBatches implements ProviderBatches {
  private static final String LABEL = "cft_batch";

  /// Our choice: how many of the latest batches are looked through for one that a crash forgot.
  private static final int LOOKED_THROUGH = 500;

  /// Error codes of a batch for which there is no room at present.
  private static final Set<String> FULL =
      Set.of("token_limit_exceeded", "request_limit_exceeded", "rate_limit_exceeded");

  private final OpenAIClient client;
  private final OpenAiTeacher teacher;

  OpenAiBatches(OpenAIClient client, OpenAiTeacher teacher) {
    this.client = client;
    this.teacher = teacher;
  }

  @Override
  public String line(Question question) {
    var line =
        Map.of(
            "custom_id",
            question.requestId(),
            "method",
            "POST",
            "url",
            "/v1/chat/completions",
            "body",
            teacher.body(question));
    try {
      return ObjectMappers.jsonMapper().writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String submit(String label, Path lines) {
    return translated(() -> {
      var file =
          client
              .files()
              .create(FileCreateParams.builder().purpose(FilePurpose.BATCH).file(lines).build());
      var metadata =
          BatchCreateParams.Metadata.builder()
              .putAdditionalProperty(LABEL, JsonValue.from(label))
              .build();
      return client
          .batches()
          .create(
              BatchCreateParams.builder()
                  .inputFileId(file.id())
                  .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                  .completionWindow(BatchCreateParams.CompletionWindow._24H)
                  .metadata(metadata)
                  .build())
          .id();
    });
  }

  @Override
  public Optional<String> find(String label) {
    return translated(() ->
        client.batches().list(BatchListParams.builder().limit(100).build()).autoPager().stream()
            .limit(LOOKED_THROUGH)
            .filter(batch -> hasLabel(batch, label))
            .map(Batch::id)
            .findFirst());
  }

  private static boolean hasLabel(Batch batch, String label) {
    return batch
        .metadata()
        .map(all -> all._allProperties().get(LABEL))
        .filter(JsonValue.from(label)::equals)
        .isPresent();
  }

  @Override
  public State look(String id) {
    var batch = translated(() -> client.batches().retrieve(id));
    var counts = batch.requestCounts();
    var status = batch.status().asString();
    return new State(
        phase(batch, status),
        counts.map(each -> each.total()).orElse(0L),
        counts.map(each -> each.completed() + each.failed()).orElse(0L),
        words(batch, status),
        Stream.of(batch.outputFileId(), batch.errorFileId()).flatMap(Optional::stream).toList());
  }

  private static Phase phase(Batch batch, String status) {
    return switch (status) {
      case "completed", "expired", "cancelled" -> Phase.ENDED;
      case "failed" -> isFull(batch) ? Phase.FULL : Phase.REFUSED;
      default -> Phase.RUNNING;
    };
  }

  private static boolean isFull(Batch batch) {
    return errors(batch).stream().anyMatch(each -> each.code().filter(FULL::contains).isPresent());
  }

  private static List<com.openai.models.batches.BatchError> errors(Batch batch) {
    return batch.errors().flatMap(Batch.Errors::data).orElse(List.of());
  }

  private static String words(Batch batch, String status) {
    return errors(batch).stream()
        .findFirst()
        .map(first -> status + ": " + first.message().orElse(first.code().orElse("")))
        .orElse(status);
  }

  @Override
  public void results(String file, Consumer<Result> to) {
    translated(() -> {
      try (var content = client.files().content(file);
          var lines =
              new BufferedReader(new InputStreamReader(content.body(), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.isBlank()) {
            to.accept(result(ObjectMappers.jsonMapper().readTree(line)));
          }
        }
        return file;
      } catch (IOException e) {
        throw new Unavailable("the results %s broke off".formatted(file), e);
      }
    });
  }

  private static Result result(JsonNode line) throws JsonProcessingException {
    var id = line.path("custom_id").asText();
    var response = line.path("response");
    var body = response.path("body");
    var status = response.path("status_code").asInt(0);
    if (status == 200) {
      try {
        var completion = ObjectMappers.jsonMapper().treeToValue(body, ChatCompletion.class);
        return new Result(id, OpenAiTeacher.reply(completion, RateHeaders.NONE), null);
      } catch (OpenAIException | Unavailable e) {
        return new Result(id, null, new Unavailable("the result cannot be read", e));
      }
    }
    var error = line.path("error").isObject() ? line.path("error") : body.path("error");
    var words = "%s %s".formatted(error.path("code").asText(""), error.path("message").asText(""));
    return new Result(id, null, failure(status, words.strip()));
  }

  private static TeacherException failure(int status, String words) {
    return switch (status) {
      case 0, 408, 409 -> new Unavailable(words, null);
      case 402 -> new OutOfQuota(words);
      case 429 -> new RateLimited(words, null, RateHeaders.NONE);
      default ->
          status >= 500 ? new Unavailable(words, null) : new BadRequest(status + " " + words);
    };
  }

  @Override
  public void cancel(String batch) {
    translated(() -> client.batches().cancel(batch));
  }

  private static <T> T translated(Supplier<T> call) {
    try {
      return call.get();
    } catch (OpenAIServiceException e) {
      throw OpenAiErrors.translate(e);
    } catch (OpenAIException e) {
      throw new Unavailable(OpenAiErrors.describe(e), e);
    }
  }
}
