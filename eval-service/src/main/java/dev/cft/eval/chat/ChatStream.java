package dev.cft.eval.chat;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.chat.ChatJson.Chunk;
import dev.cft.eval.chat.ChatJson.ChunkChoice;
import dev.cft.eval.chat.ChatJson.Delta;
import dev.cft.eval.chat.ChatJson.Usage;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.LanguageModel;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends an answer as server-sent events while it is generated; a client that goes away stops the
/// generation.
final class ChatStream implements GenerationListener {
  private static final Logger LOG = LoggerFactory.getLogger(ChatStream.class);

  private final ChatAnswer answer;
  private final OutputStream out;
  private volatile boolean gone;

  ChatStream(ChatAnswer answer, HttpServletResponse response) throws IOException {
    this.answer = answer;
    response.setContentType("text/event-stream;charset=UTF-8");
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("X-Accel-Buffering", "no");
    this.out = response.getOutputStream();
  }

  @Override
  public boolean cancelled() {
    return gone || answer.isLate();
  }

  /// Generates and sends all choices at once.
  void send(LanguageModel model) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures =
          IntStream.range(0, answer.prompts().size())
              .mapToObj(i -> threads.submit(one(i, model)))
              .toList();
      end(results(futures, threads));
    }
  }

  private Callable<Generation> one(int index, LanguageModel model) {
    return () -> {
      choice(index, new Delta("assistant", ""), null);
      var generation =
          model.stream(
              answer.prompts().get(index),
              this,
              text -> choice(index, new Delta(null, text), null));
      if (!cancelled()) {
        choice(index, new Delta(null, null), ChatAnswer.finishReason(generation));
      }
      return generation;
    };
  }

  private List<Generation> results(List<Future<Generation>> futures, ExecutorService threads)
      throws InterruptedException {
    try {
      var generations = new ArrayList<Generation>();
      for (var future : futures) {
        generations.add(future.get());
      }
      return generations;
    } catch (ExecutionException e) {
      LOG.warn("Chat {} with {} broke off: {}", answer.id(), answer.stored().id(), e.getCause(), e);
      error("server_error", "generation_failed", "The answer could not be finished.");
      threads.shutdownNow();
      return List.of();
    }
  }

  private void end(List<Generation> generations) {
    if (gone) {
      LOG.info("The client of chat {} went away; its generation was stopped", answer.id());
      return;
    }
    if (generations.isEmpty()) {
      return;
    }
    if (answer.isLate()) {
      error("server_error", "generation_timeout", String.valueOf(ChatAnswer.late().getMessage()));
      return;
    }
    if (answer.request().includeUsage()) {
      event(chunk(List.of(), ChatAnswer.usage(generations)));
    }
    write("data: [DONE]\n\n");
  }

  private void choice(int index, Delta delta, @Nullable String finishReason) {
    event(chunk(List.of(new ChunkChoice(index, delta, null, finishReason)), null));
  }

  private Chunk chunk(List<ChunkChoice> choices, @Nullable Usage usage) {
    return new Chunk(
        answer.id(),
        "chat.completion.chunk",
        answer.created(),
        answer.request().model(),
        choices,
        usage,
        answer.fingerprint());
  }

  private void error(String type, String code, String message) {
    event(Map.of("error", Map.of("message", message, "type", type, "code", code)));
  }

  private void event(Object data) {
    write("data: " + mapper().writeValueAsString(data) + "\n\n");
  }

  private synchronized void write(String text) {
    if (gone) {
      return;
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      gone = true;
    }
  }
}
