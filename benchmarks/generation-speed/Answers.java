import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.lm.Precision;
import dev.cft.lm.Sampling;
import dev.cft.lm.torch.Torch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A process that stays warm, as a service's does: lines `{"rows":[[token,…],…],"tokens":n}` in, lines
/// `{"seconds":…,"cpu_seconds":…,"answers":[[token,…],…]}` out.
///
/// Arguments: model folder, FP32 or BF16, threads, and how many more times the model is loaded and asked once beside it.
public final class Answers {
  private static final JsonMapper JSON = JsonMapper.shared();

  public static void main(String[] args) throws IOException {
    Torch.threads(Integer.parseInt(args[2]));
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      var idle = LanguageModel.load(Path.of(args[0]), Precision.valueOf(args[1]));
      idle.generate(List.of(request(new int[] {1, 2, 3}, 2)), new GenerationListener() {});
    }
    try (var model = LanguageModel.load(Path.of(args[0]), Precision.valueOf(args[1]))) {
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(JSON.writeValueAsString(answer(model, JSON.readTree(line))));
      }
    }
  }

  private static Map<String, Object> answer(LanguageModel model, JsonNode asked) {
    var requests = StreamSupport.stream(asked.get("rows").spliterator(), false)
        .map(row -> request(JSON.convertValue(row, int[].class), asked.get("tokens").asInt()))
        .toList();
    var start = System.nanoTime();
    var cpu = processorTime();
    var answers = model.generate(requests, new GenerationListener() {});
    return Map.of(
        "seconds", (System.nanoTime() - start) / 1e9,
        "cpu_seconds", processorTime().minus(cpu).toMillis() / 1e3,
        "answers", answers.stream().map(Generation::tokens).toList());
  }

  private static GenerationRequest request(int[] prompt, int tokens) {
    var greedy = new Sampling(0, 1, OptionalInt.empty(), 0);
    return new GenerationRequest(prompt, tokens, greedy, List.of(), Optional.empty(), OptionalInt.empty());
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
