package dev.cft.lm.cli;

import dev.cft.lm.Checkpoints;
import dev.cft.lm.gguf.GgufFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `cft model inspect`: checks a checkpoint without loading its weights.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Checks a checkpoint without loading its weights, and tells its shape, size and hash.")
final class InspectModel implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR|ID",
      description = "A checkpoint folder, a GGUF file, or a Hugging Face id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  private final JsonLines out = new JsonLines();

  @Override
  public Integer call() {
    var model = ModelOption.found(name);
    if (GgufFile.isNamedLikeOne(model)) {
      try (var file = GgufFile.open(model)) {
        out.print(file.description());
      }
    } else {
      out.print(described(model));
    }
    return 0;
  }

  private static Map<String, Object> described(Path folder) {
    var info = Checkpoints.inspect(folder);
    var json = new LinkedHashMap<String, Object>();
    json.put("parameters", info.parameters());
    json.put("dtype", info.dtype());
    json.put("bytes", info.bytes());
    json.put("sha256", info.sha256());
    json.put("config", info.config());
    return json;
  }
}
