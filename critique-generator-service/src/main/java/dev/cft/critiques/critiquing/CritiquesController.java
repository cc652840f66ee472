package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.Item;
import dev.cft.critiques.critiquing.CritiqueRequests.Sync;
import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Critiques on request, for other services.
@RestController
@RequestMapping("/v1/critiques")
class CritiquesController {
  private final TeacherChoice choice;
  private final SyncCritiques critiques;
  private final CritiqueProperties properties;

  CritiquesController(
      TeacherChoice choice, SyncCritiques critiques, CritiqueProperties properties) {
    this.choice = choice;
    this.critiques = critiques;
    this.properties = properties;
  }

  /// A critique, a list of them, or a stream of events: which one, the request says.
  @PostMapping
  @ApiResponse(
      responseCode = "200",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(oneOf = {CritiqueView.class, CritiqueView.Several.class})),
        @Content(
            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
            schema = @Schema(oneOf = {CritiqueView.Delta.class, CritiqueView.class}))
      })
  Object critique(@RequestBody @Valid Sync request, HttpServletResponse response) {
    var chosen = choice.of(request.teacher(), request.promptVersion());
    var isStream = Boolean.TRUE.equals(request.stream());
    var isReusing = !Boolean.FALSE.equals(request.reuse());
    var items = request.items();
    if (items != null) {
      refuseBoth(request, isStream);
      return CritiqueView.Several.of(critiques.all(chosen, items, isReusing, timeout(request)));
    }
    var item =
        new Item(
            needed(request.question(), "question"),
            needed(request.response(), "response"),
            request.answer());
    if (!isStream) {
      return critiques.one(chosen, item, isReusing, timeout(request));
    }
    response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    return stream(chosen, item, isReusing, timeout(request));
  }

  private static void refuseBoth(Sync request, boolean isStream) {
    if (request.question() != null || request.response() != null || request.answer() != null) {
      throw ApiException.badRequest(
          "ambiguous_request", "Give question and response, or items, not both.", "items");
    }
    if (isStream) {
      throw ApiException.badRequest(
          "invalid_stream", "stream works with one question, not with items.", "stream");
    }
  }

  private static String needed(@Nullable String value, String param) {
    if (value == null || value.isBlank()) {
      throw ApiException.badRequest(
          "missing_" + param,
          "%s must be text that is not blank; or give items.".formatted(param),
          param);
    }
    return value;
  }

  private Duration timeout(Sync request) {
    return request.timeoutSeconds() == null
        ? properties.timeout()
        : Duration.ofSeconds(request.timeoutSeconds());
  }

  private StreamingResponseBody stream(
      TeacherChoice.Chosen chosen, Item item, boolean isReusing, Duration timeout) {
    return out -> {
      try {
        var critique =
            critiques.streamed(
                chosen,
                item,
                isReusing,
                timeout,
                (id, piece) -> send(out, new CritiqueView.Delta(id, "critique.delta", piece)));
        send(out, critique);
      } catch (ApiException e) {
        send(out, Map.of("error", e.error()));
      }
      write(out, "[DONE]");
    };
  }

  private static void send(OutputStream out, Object event) {
    write(out, StoreJson.mapper().writeValueAsString(event));
  }

  private static void write(OutputStream out, String data) {
    try {
      out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
