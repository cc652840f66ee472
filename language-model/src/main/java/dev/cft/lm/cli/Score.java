package dev.cft.lm.cli;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.Scorer;
import dev.cft.lm.Tokenizer;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Log-probabilities of given texts: `Score --model DIR --input FILE`.
public final class Score {
  private static final int BAD_INPUT = 42;
  private static final JsonMapper MAPPER = new JsonMapper();

  private Score() {}

  /// Writes `{"tokens":[…],"logprobs":[null,…]}` for every line, in order; exits with 0, or 42 for
  /// bad input.
  public static void main(String[] arguments) {
    var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // A logging library may write to standard output, which belongs to the answers.
    System.setOut(System.err);
    try {
      run(new Options(arguments, List.of("model", "input", "threads")), answers);
    } catch (IllegalArgumentException | CheckpointException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_INPUT);
    }
  }

  private static void run(Options options, PrintStream answers) throws IOException {
    Torch.threads(options.integer("threads", Runtime.getRuntime().availableProcessors()));
    var model = Path.of(options.require("model"));
    try (var tokenizer = Tokenizer.load(model);
        var scorer = Scorer.load(model)) {
      var rows =
          TokenLine.read(Path.of(options.require("input"))).stream()
              .map(line -> line.encoded(tokenizer))
              .toList();
      var scores = scorer.logProbabilities(rows);
      for (int i = 0; i < rows.size(); i++) {
        answers.println(answer(rows.get(i), scores.get(i)));
      }
    }
  }

  private static ObjectNode answer(int[] tokens, float[] scores) {
    var answer = MAPPER.createObjectNode();
    var ids = answer.putArray("tokens");
    for (int token : tokens) {
      ids.add(token);
    }
    var logprobs = answer.putArray("logprobs").addNull();
    for (float score : scores) {
      logprobs.add(score);
    }
    return answer;
  }
}
