package dev.cft.lm.cli;

import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.lm.Precision;
import dev.cft.lm.Sampling;
import dev.cft.lm.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cft generate`: continues texts with a checkpoint.
@Command(
    name = "./cft generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Continues a prompt, or many at once: lines {\"text\":…} or {\"tokens\":[…]} in, each with max_tokens, temperature, top_p,",
      "top_k, seed, stop, n, logprobs and max_seconds of its own where it differs from the options; lines",
      "{\"tokens\":[…],\"text\":…,\"finish_reason\":…} out, in order. No token is added to a prompt."
    },
    footer = {
      "",
      "Examples:",
      "  ./cft generate --model DIR --prompt 'Once upon a time' --max-tokens 50",
      "  ./cft model chat-template --model DIR --input chats.jsonl | ./cft generate --model DIR --dtype bf16",
      "",
      "Exit codes: 0 done; 42 bad input, with a message; 1 it crashed."
    })
public final class Generate implements Callable<Integer> {
  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ModelOption model;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "One prompt.")
  private @Nullable String prompt;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The lines. Default: standard input.")
  private @Nullable Path input;

  @Option(
      names = {"--max-tokens", "--max_tokens"},
      defaultValue = "256",
      paramLabel = "N",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      defaultValue = "0",
      paramLabel = "T",
      description = "0 takes the likeliest token each time. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = {"--top-p", "--top_p"},
      defaultValue = "1",
      paramLabel = "P",
      description = "Only the likeliest tokens that together have this probability.")
  private double topP;

  @Option(
      names = {"--top-k", "--top_k"},
      paramLabel = "K",
      description = "Only so many of the likeliest tokens.")
  private @Nullable Integer topK;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Decides a sample; the next sample of a prompt has the next seed.")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends an answer, and is left out of it; may be given several times.")
  private List<String> stop = new ArrayList<>();

  @Option(
      names = "--n",
      defaultValue = "1",
      paramLabel = "N",
      description = "Answers to each prompt, one line each. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--logprobs",
      paramLabel = "K",
      description = "Adds every token's log-probability and the K likeliest tokens, 0 to 20.")
  private @Nullable Integer logprobs;

  @Option(
      names = {"--max-seconds", "--max_seconds"},
      paramLabel = "S",
      description = "Ends an answer after so long, with finish_reason \"time\".")
  private @Nullable Double maxSeconds;

  @Option(
      names = "--dtype",
      defaultValue = "fp32",
      paramLabel = "TYPE",
      description = "What is computed with: fp32 or bf16. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Precision dtype;

  @Option(
      names = "--stream",
      description = "With --prompt: shows the text on standard error while it is generated.")
  private boolean stream;

  private final JsonLines out = new JsonLines();

  private Generate() {}

  /// Exits with 0, 42 for bad input, or 1.
  public static void main(String[] arguments) {
    System.exit(Commands.execute(new Generate(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (prompt != null && input != null) {
      throw new IllegalArgumentException("Either --prompt or --input, not both");
    }
    if (stream && (prompt == null || samples != 1)) {
      throw new IllegalArgumentException("--stream wants --prompt, and one answer");
    }
    try (var loaded = LanguageModel.load(model.folder(), dtype)) {
      var requests = new ArrayList<GenerationRequest>();
      if (prompt != null) {
        add(requests, TokenLine.of(prompt), loaded);
      } else {
        JsonLines.read(input, line -> add(requests, TokenLine.parse(line), loaded));
      }
      var effort = new Effort();
      if (stream) {
        var generation = loaded.stream(requests.getFirst(), System.err::print);
        System.err.println();
        out.print(answer(generation));
        effort.tell(List.of(generation));
      } else {
        effort.tell(loaded.generate(requests, new Printer(requests.size())));
      }
    }
    return 0;
  }

  private void add(List<GenerationRequest> requests, TokenLine line, LanguageModel loaded) {
    int count = line.n() != null ? line.n() : samples;
    if (count < 1 || count > 1024) {
      throw new IllegalArgumentException("n must be from 1 to 1024, got " + count);
    }
    var request = request(line, loaded.tokenizer());
    loaded.validate(request);
    for (int i = 0; i < count; i++) {
      requests.add(request.withSeed(request.sampling().seed() + i));
    }
  }

  private GenerationRequest request(TokenLine line, Tokenizer tokenizer) {
    var ownTopK = line.top_k() != null ? line.top_k() : topK;
    var ownLogprobs = line.logprobs() != null ? line.logprobs() : logprobs;
    var seconds = line.max_seconds() != null ? line.max_seconds() : maxSeconds;
    return new GenerationRequest(
        line.encoded(tokenizer),
        line.max_tokens() != null ? line.max_tokens() : maxTokens,
        new Sampling(
            line.temperature() != null ? line.temperature() : temperature,
            line.top_p() != null ? line.top_p() : topP,
            ownTopK == null ? OptionalInt.empty() : OptionalInt.of(ownTopK),
            line.seed() != null ? line.seed() : seed),
        line.stop() != null ? line.stop() : stop,
        seconds == null ? Optional.empty() : Optional.of(Duration.ofNanos((long) (1e9 * seconds))),
        ownLogprobs == null ? OptionalInt.empty() : OptionalInt.of(ownLogprobs));
  }

  private static Map<String, Object> answer(Generation generation) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("tokens", generation.tokens());
    answer.put("text", generation.text());
    answer.put("finish_reason", generation.finishReason().name().toLowerCase(Locale.ROOT));
    if (!generation.logProbabilities().isEmpty()) {
      answer.put("logprobs", generation.logProbabilities());
    }
    return answer;
  }

  /// Writes answers in the order of the input, each as soon as all before it are done.
  private final class Printer implements GenerationListener {
    private final @Nullable Generation[] done;
    private int next;

    Printer(int size) {
      this.done = new @Nullable Generation[size];
    }

    @Override
    public void finished(int index, Generation generation) {
      done[index] = generation;
      while (next < done.length && done[next] != null) {
        out.print(answer(done[next]));
        done[next] = null;
        next++;
      }
    }
  }
}
