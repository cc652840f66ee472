package dev.cft.eval.answering;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.FinishReason;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.store.Columns;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A model in this process: conversations go on in rounds, each round one batch.
public final class LocalAnswerer implements Answerer {
  private final String id;
  private final LanguageModel model;
  private final Manner manner;
  private final Memory memory;
  private final int batchSize;
  private final Runnable giveBack;

  /// @param batchSize conversations handed to the model at once
  /// @param giveBack run at the end
  public LocalAnswerer(
      String id,
      LanguageModel model,
      Manner manner,
      Memory memory,
      int batchSize,
      Runnable giveBack) {
    this.id = id;
    this.model = model;
    this.manner = manner;
    this.memory = memory;
    this.batchSize = batchSize;
    this.giveBack = giveBack;
  }

  @Override
  public String model() {
    return id;
  }

  @Override
  public void answer(
      Iterator<? extends Dialogue> dialogues, BooleanSupplier stop, Consumer<Dialogue> done) {
    while (dialogues.hasNext() && !stop.getAsBoolean()) {
      List<Open> open = new ArrayList<>();
      while (dialogues.hasNext() && open.size() < batchSize) {
        advance(dialogues.next(), open, done);
      }
      while (!open.isEmpty() && !stop.getAsBoolean()) {
        open = round(open, stop, done);
      }
    }
  }

  /// A conversation and what it asks now.
  private record Open(Dialogue dialogue, Ask ask) {}

  private static void advance(Dialogue dialogue, List<Open> open, Consumer<Dialogue> done) {
    dialogue
        .next()
        .ifPresentOrElse(ask -> open.add(new Open(dialogue, ask)), () -> done.accept(dialogue));
  }

  private List<Open> round(List<Open> open, BooleanSupplier stop, Consumer<Dialogue> done) {
    var next = new ArrayList<Open>();
    var kept = memory.recall(open.stream().map(Open::ask).toList());
    var asked = new ArrayList<Open>();
    var requests = new ArrayList<GenerationRequest>();
    for (var each : open) {
      var reply = kept.get(each.ask());
      if (reply != null) {
        each.dialogue().take(each.ask(), reply);
        advance(each.dialogue(), next, done);
        continue;
      }
      var request = request(each, done);
      if (request != null) {
        asked.add(each);
        requests.add(request);
      }
    }
    if (!requests.isEmpty()) {
      model.generate(requests, new Listener(asked, next, stop, done));
    }
    return next;
  }

  /// The request; null where there can be none, which ends the conversation.
  private @Nullable GenerationRequest request(Open open, Consumer<Dialogue> done) {
    try {
      return new GenerationRequest(
          tokens(open.ask().prompt()),
          manner.maxTokens(),
          manner.temperature(),
          manner.topP(),
          open.ask().seed(),
          manner.stop());
    } catch (TooLongException e) {
      fail(open, "context_length_exceeded", e, done);
    } catch (IllegalArgumentException e) {
      fail(open, "invalid_prompt", e, done);
    }
    return null;
  }

  private static void fail(Open open, String code, Exception e, Consumer<Dialogue> done) {
    open.dialogue().take(open.ask(), new Reply.Failure(code, String.valueOf(e.getMessage())));
    done.accept(open.dialogue());
  }

  private int[] tokens(Prompt prompt) {
    var text =
        switch (prompt) {
          case Prompt.Raw(var raw) -> raw;
          case Prompt.Chat(var turns) ->
              model
                  .chatTemplate()
                  .render(
                      turns.stream().map(t -> new ChatMessage(t.role(), t.content())).toList(),
                      true);
        };
    var tokens = model.tokenizer().encode(text);
    var longest = model.config().maxPositions();
    if (tokens.length >= longest) {
      throw new TooLongException(
          "the prompt has %d tokens; the model takes at most %d"
              .formatted(tokens.length, longest - 1));
    }
    return tokens;
  }

  private static final class TooLongException extends RuntimeException {
    private TooLongException(String message) {
      super(message);
    }
  }

  private record Listener(
      List<Open> asked, List<Open> next, BooleanSupplier stop, Consumer<Dialogue> done)
      implements GenerationListener {
    @Override
    public void finished(int index, Generation generation) {
      if (generation.finishReason() != FinishReason.CANCELLED) {
        var open = asked.get(index);
        open.dialogue().take(open.ask(), reply(generation));
        advance(open.dialogue(), next, done);
      }
    }

    @Override
    public boolean cancelled() {
      return stop.getAsBoolean();
    }
  }

  private static Reply.Text reply(Generation generation) {
    return new Reply.Text(
        Columns.text(generation.text()),
        generation.finishReason().name().toLowerCase(Locale.ROOT),
        generation.promptTokens(),
        generation.tokens().length,
        false);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
