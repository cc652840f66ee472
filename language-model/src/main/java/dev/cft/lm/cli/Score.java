package dev.cft.lm.cli;

import dev.cft.lm.Precision;
import dev.cft.lm.Scorer;
import dev.cft.lm.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `cft score`: log-probabilities of given texts.
@Command(
    name = "./cft score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How likely a model finds texts: the natural logarithm of the probability of every token after the first.",
      "Lines {\"text\":…} or {\"tokens\":[…]} in, lines {\"tokens\":[…],\"logprobs\":[null,…]} out, in order. No token is added to a text."
    },
    footer = {"", "Exit codes: 0 done; 42 bad input, with a message; 1 it crashed."})
public final class Score implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// Lines scored together (our choice): enough for rows of like length to meet.
  private static final int WINDOW = 256;

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ModelOption model;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The lines. Default: standard input.")
  private @Nullable Path input;

  @Option(
      names = "--dtype",
      defaultValue = "fp32",
      paramLabel = "TYPE",
      description = "What is computed with: fp32 or bf16. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Precision dtype;

  private final JsonLines out = new JsonLines();

  private Score() {}

  /// Exits with 0, 42 for bad input, or 1.
  public static void main(String[] arguments) {
    System.exit(Commands.execute(new Score(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    try (var tokenizer = Tokenizer.load(model.folder());
        var scorer = Scorer.load(model.folder(), dtype)) {
      var rows = new ArrayList<int[]>();
      JsonLines.read(
          input,
          line -> {
            int[] row = TokenLine.parse(line).encoded(tokenizer);
            scorer.validate(row);
            rows.add(row);
            if (rows.size() == WINDOW) {
              score(scorer, rows);
            }
          });
      score(scorer, rows);
    }
    return 0;
  }

  private void score(Scorer scorer, List<int[]> rows) {
    var scores = scorer.logProbabilities(rows);
    for (int i = 0; i < rows.size(); i++) {
      out.print(answer(rows.get(i), scores.get(i)));
    }
    rows.clear();
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
