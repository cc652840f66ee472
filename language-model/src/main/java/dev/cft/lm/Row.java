package dev.cft.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// One request while it is generated.
final class Row {
  private final Ticket ticket;
  private final int index;
  private final GenerationRequest request;
  private final int[] prompt;
  private final Sampler sampler;
  private final TextStream stream;
  private final Set<Integer> endTokens;
  private final int limit;
  private final long start = System.nanoTime();
  private final List<TokenLogProbability> logProbabilities = new ArrayList<>();
  private int[] produced = new int[32];
  private int count;

  Row(Ticket ticket, int index, Tokenizer tokenizer, ModelConfig config) {
    this.ticket = ticket;
    this.index = index;
    this.request = ticket.requests().get(index);
    this.prompt = request.promptTokens();
    this.sampler = new Sampler(request.sampling());
    // A stop string that is one added token is a stop token: special tokens never show in the text.
    var stopTexts = request.stop().stream().filter(s -> tokenizer.addedToken(s).isEmpty()).toList();
    this.stream = new TextStream(tokenizer, stopTexts, ticket.streamed());
    this.endTokens =
        request.stop().stream()
            .flatMapToInt(s -> tokenizer.addedToken(s).stream())
            .boxed()
            .collect(Collectors.toSet());
    this.endTokens.addAll(config.endTokens());
    this.limit = Math.min(request.maxTokens(), config.maxPositions() - prompt.length);
  }

  Ticket ticket() {
    return ticket;
  }

  int[] prompt() {
    return prompt;
  }

  boolean sampled() {
    return temperature() > 0;
  }

  double temperature() {
    return request.sampling().temperature();
  }

  /// Whether the likeliest token of each step is not all that it needs.
  boolean wantsLogits() {
    return sampled() || likeliest().isPresent();
  }

  /// How many of the likeliest tokens are reported with each token's log-probability, if it is.
  OptionalInt likeliest() {
    return request.logProbabilities();
  }

  /// Remembers how likely the token is that comes next.
  void note(TokenLogProbability likelihood) {
    logProbabilities.add(likelihood);
  }

  /// Whether nobody waits for the row any more, or its time is up; it has then been reported.
  boolean over() {
    if (ticket.cancelled()) {
      finish(FinishReason.CANCELLED);
      return true;
    }
    if (request.timeLimit().isPresent()
        && System.nanoTime() - start >= request.timeLimit().get().toNanos()) {
      finish(FinishReason.TIME);
      return true;
    }
    return false;
  }

  Sampler sampler() {
    return sampler;
  }

  /// Position of the newest token in the sequence.
  int position() {
    return prompt.length + count - 1;
  }

  /// Most cache slots that this row can need.
  int longest() {
    return prompt.length + limit;
  }

  int newest() {
    return produced[count - 1];
  }

  /// Takes the next token. True when the row is done, which has then been reported.
  boolean accept(int token) {
    if (count == produced.length) {
      produced = Arrays.copyOf(produced, 2 * count);
    }
    produced[count++] = token;
    if (endTokens.contains(token)) {
      finish(FinishReason.STOP);
      return true;
    }
    boolean stopped = stream.add(token);
    if (stopped || count >= limit) {
      finish(stopped ? FinishReason.STOP : FinishReason.LENGTH);
      return true;
    }
    report();
    return false;
  }

  private void finish(FinishReason reason) {
    stream.end();
    report();
    var generation =
        new Generation(
            Arrays.copyOf(produced, count), stream.text(), reason, prompt.length, logProbabilities);
    ticket.events().add(new Ticket.Event.Finished(index, generation));
  }

  private void report() {
    if (ticket.streamed()) {
      var delta = stream.take();
      if (!delta.isEmpty()) {
        ticket.events().add(new Ticket.Event.Text(delta));
      }
    }
  }
}
