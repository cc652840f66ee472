package dev.cft.lm.cli;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.lm.Tokenizer;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Continues texts with a checkpoint: `Generate --model DIR (--prompt TEXT | --input FILE)`.
public final class Generate {
  private static final List<String> OPTIONS =
      List.of("model", "prompt", "input", "max_tokens", "temperature", "top_p", "seed", "threads");
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int BAD_INPUT = 42;

  private Generate() {}

  /// Exits with 0, or 42 for input that no repetition makes right.
  public static void main(String[] arguments) {
    var answers = System.out;
    // A logging library may write to standard output, which belongs to the answers.
    System.setOut(System.err);
    try {
      run(new Options(arguments, OPTIONS), answers);
    } catch (IllegalArgumentException | CheckpointException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_INPUT);
    }
  }

  private static void run(Options options, PrintStream answers) throws IOException {
    Torch.threads(options.integer("threads", Runtime.getRuntime().availableProcessors()));
    try (var model = LanguageModel.load(Path.of(options.require("model")))) {
      var requests = new ArrayList<GenerationRequest>();
      int number = 0;
      for (var line : lines(options)) {
        number++;
        try {
          requests.add(request(line, options, model.tokenizer()));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
        }
      }
      var printer = new Printer(answers, requests.size());
      model.generate(requests, printer);
    }
  }

  private static List<TokenLine> lines(Options options) throws IOException {
    if (options.get("prompt").isPresent() == options.get("input").isPresent()) {
      throw new IllegalArgumentException("Either --prompt or --input is needed");
    }
    return options.get("prompt").isPresent()
        ? List.of(TokenLine.of(options.require("prompt")))
        : TokenLine.read(Path.of(options.require("input")));
  }

  private static GenerationRequest request(TokenLine line, Options options, Tokenizer tokenizer) {
    return new GenerationRequest(
        line.encoded(tokenizer),
        line.max_tokens() != null ? line.max_tokens() : options.integer("max_tokens", 256),
        line.temperature() != null
            ? line.temperature()
            : Double.parseDouble(options.get("temperature").orElse("0")),
        line.top_p() != null ? line.top_p() : Double.parseDouble(options.get("top_p").orElse("1")),
        line.seed() != null ? line.seed() : Long.parseLong(options.get("seed").orElse("0")),
        line.stop() != null ? line.stop() : List.of());
  }

  /// Writes answers in the order of the input, each as soon as all before it are done.
  private static final class Printer implements GenerationListener {
    private final PrintStream out;
    private final @Nullable Generation[] done;
    private int next;

    Printer(PrintStream out, int size) {
      this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
      this.done = new @Nullable Generation[size];
    }

    @Override
    public void finished(int index, Generation generation) {
      done[index] = generation;
      while (next < done.length && done[next] != null) {
        out.println(MAPPER.writeValueAsString(answer(done[next])));
        next++;
      }
    }

    private static Map<String, Object> answer(Generation generation) {
      var answer = new LinkedHashMap<String, Object>();
      answer.put("tokens", generation.tokens());
      answer.put("text", generation.text());
      answer.put("finish_reason", generation.finishReason().name().toLowerCase(Locale.ROOT));
      return answer;
    }
  }
}
