package dev.cft.eval.chat;

import dev.cft.eval.models.BorrowedModel;
import dev.cft.eval.models.LoadedModels;
import dev.cft.eval.models.ModelChoice;
import dev.cft.eval.models.ModelFaults;
import dev.cft.eval.models.ModelNames;
import dev.cft.eval.models.ModelsBusyException;
import dev.cft.lm.CheckpointException;
import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import dev.cft.store.models.StoredModel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/chat/completions`.
@RestController
@Tag(name = "Chat")
class ChatController {
  private static final Duration COME_BACK = Duration.ofSeconds(5);

  private final ModelNames names;
  private final LoadedModels models;
  private final ChatGate gate;
  private final ChatSettings settings;
  private final InstantSource clock;

  ChatController(
      ModelNames names,
      LoadedModels models,
      ChatGate gate,
      ChatSettings settings,
      InstantSource clock) {
    this.names = names;
    this.models = models;
    this.gate = gate;
    this.settings = settings;
    this.clock = clock;
  }

  @PostMapping("/v1/chat/completions")
  @Operation(
      summary =
          "Answer a conversation with any base or trained model or checkpoint; `stream` for server-sent events")
  ChatJson.@Nullable Completion complete(@RequestBody JsonNode body, HttpServletResponse response)
      throws InterruptedException, IOException {
    var request = ChatRequests.read(body);
    var stored = model(request.model());
    gate.enter();
    try (var borrowed = borrow(stored)) {
      var answer = ChatAnswer.prepare(request, stored, borrowed.model(), settings, clock);
      if (!request.stream()) {
        return answer.complete(borrowed.model());
      }
      new ChatStream(answer, response).send(borrowed.model());
      return null;
    } finally {
      gate.leave();
    }
  }

  private StoredModel model(String name) {
    return switch (names.choose(name)) {
      case ModelChoice.Ready(var model) -> model;
      case ModelChoice.Remote(var endpoint) ->
          throw notFound(
              "'endpoint:%s' answers runs only; ask it at its own address"
                  .formatted(endpoint.name()));
      case ModelChoice.Later(var job) ->
          throw notFound("fine-tuning job '%s' has not finished yet".formatted(job));
      case ModelChoice.None(var reason) -> throw notFound(reason);
    };
  }

  private static ApiException notFound(String reason) {
    return ApiException.of(
        HttpStatus.NOT_FOUND,
        new ApiError("model: " + reason, "invalid_request_error", "model", "model_not_found"));
  }

  private BorrowedModel borrow(StoredModel stored) throws InterruptedException {
    try {
      return models.borrow(stored);
    } catch (ModelsBusyException e) {
      throw ApiException.unavailable(
          "models_busy", "%s. Try again shortly.".formatted(e.getMessage()), COME_BACK);
    } catch (CheckpointException e) {
      throw ApiException.unprocessable(
          "model_unreadable", ModelFaults.unreadable(stored, e), "model");
    }
  }
}
