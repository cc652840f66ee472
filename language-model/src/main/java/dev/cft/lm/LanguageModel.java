package dev.cft.lm;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// A trained decoder with its tokenizer and chat template, ready to generate. Thread-safe: callers
/// share one batch.
public final class LanguageModel implements AutoCloseable {
  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final ChatTemplate chatTemplate;
  private final Engine engine;

  private LanguageModel(Decoder decoder, Tokenizer tokenizer, ChatTemplate chatTemplate) {
    this.config = decoder.config();
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.engine = new Engine(decoder, tokenizer);
  }

  /// Loads a checkpoint folder in Hugging Face layout.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static LanguageModel load(Path checkpoint) {
    return load(checkpoint, Precision.FP32);
  }

  /// Loads a checkpoint folder to compute in this precision.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static LanguageModel load(Path checkpoint, Precision precision) {
    var template = ChatTemplate.load(checkpoint);
    var tokenizer = Tokenizer.load(checkpoint);
    try {
      return new LanguageModel(decoder(checkpoint, precision), tokenizer, template);
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /// Loads in a thread that ends with it, so that the engines' is the only one that computes.
  private static Decoder decoder(Path checkpoint, Precision precision) {
    var threads = Thread.ofPlatform().daemon().name("language-model-loader").factory();
    try (var loader = Executors.newSingleThreadExecutor(threads)) {
      return CompletableFuture.supplyAsync(
              () -> Decoder.forGeneration(checkpoint, precision), loader)
          .join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }

  public ModelConfig config() {
    return config;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public ChatTemplate chatTemplate() {
    return chatTemplate;
  }

  /// Generates all rows; they join the batch that other callers run in. Interrupting the thread
  /// cancels its rows.
  ///
  /// @return the generations in the order of the requests
  public List<Generation> generate(List<GenerationRequest> requests, GenerationListener listener) {
    requests.forEach(this::validate);
    var results = new Generation[requests.size()];
    await(new Ticket(requests, listener, false), results, listener, _ -> {});
    return Arrays.asList(results);
  }

  /// Generates one row and hands its text over piece by piece; the pieces joined are the
  /// generation's text.
  public Generation stream(GenerationRequest request, Consumer<String> onText) {
    return stream(request, new GenerationListener() {}, onText);
  }

  /// Like [#stream(GenerationRequest, Consumer)], with a listener that can cancel.
  public Generation stream(
      GenerationRequest request, GenerationListener listener, Consumer<String> onText) {
    validate(request);
    var results = new Generation[1];
    await(new Ticket(List.of(request), listener, true), results, listener, onText);
    return results[0];
  }

  private void await(
      Ticket ticket, Generation[] results, GenerationListener listener, Consumer<String> onText) {
    engine.submit(ticket);
    try {
      int open = results.length;
      while (open > 0) {
        switch (ticket.events().take()) {
          case Ticket.Event.Text(var delta) -> onText.accept(delta);
          case Ticket.Event.Finished(int index, var generation) -> {
            results[index] = generation;
            open--;
            listener.finished(index, generation);
          }
          case Ticket.Event.Failed(var cause) ->
              throw new IllegalStateException("Generation failed: " + cause.getMessage(), cause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while generating", e);
    } finally {
      ticket.abandon();
    }
  }

  /// Refuses what this model cannot continue.
  ///
  /// @throws IllegalArgumentException telling why
  public void validate(GenerationRequest request) {
    int[] prompt = request.promptTokens();
    if (prompt.length >= config.maxPositions()) {
      throw new IllegalArgumentException(
          "The prompt has %d tokens; the model takes at most %d"
              .formatted(prompt.length, config.maxPositions() - 1));
    }
    for (int token : prompt) {
      if (token < 0 || token >= config.vocabularySize()) {
        throw new IllegalArgumentException(
            "Token %d is outside the vocabulary of %d".formatted(token, config.vocabularySize()));
      }
    }
  }

  /// Frees the weights; calls that still wait fail.
  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
