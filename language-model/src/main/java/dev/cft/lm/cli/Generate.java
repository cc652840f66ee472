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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Continues texts with a checkpoint: `Generate --model DIR (--prompt TEXT | --input FILE)`.
public final class Generate {
  private static final List<String> OPTIONS =
      List.of("model", "prompt", "input", "max_tokens", "temperature", "top_p", "seed", "threads");
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final int BAD_INPUT = 42;

  private Generate() {}

  /// One line of the input; what it leaves out comes from the options.
  @SuppressWarnings("ArrayRecordComponent") // tokens stay unboxed; read once
  record Line(
      @Nullable String text,
      int @Nullable [] tokens,
      @Nullable Integer max_tokens,
      @Nullable Double temperature,
      @Nullable Double top_p,
      @Nullable Long seed,
      @Nullable List<String> stop) {}

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

  private static List<Line> lines(Options options) throws IOException {
    if (options.get("prompt").isPresent() == options.get("input").isPresent()) {
      throw new IllegalArgumentException("Either --prompt or --input is needed");
    }
    if (options.get("prompt").isPresent()) {
      return List.of(new Line(options.require("prompt"), null, null, null, null, null, null));
    }
    var lines = new ArrayList<Line>();
    for (var json : Files.readAllLines(Path.of(options.require("input")))) {
      try {
        lines.add(MAPPER.readValue(json, Line.class));
      } catch (JacksonException e) {
        throw new IllegalArgumentException(
            "line %d: %s".formatted(lines.size() + 1, e.getOriginalMessage()), e);
      }
    }
    return lines;
  }

  private static GenerationRequest request(Line line, Options options, Tokenizer tokenizer) {
    if ((line.text() == null) == (line.tokens() == null)) {
      throw new IllegalArgumentException("either 'text' or 'tokens' is needed");
    }
    int[] prompt = line.text() != null ? tokenizer.encode(line.text()) : line.tokens();
    return new GenerationRequest(
        prompt == null ? new int[0] : prompt,
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
