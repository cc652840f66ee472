package dev.cft.lm.cli;

import dev.cft.lm.CheckpointConverter;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.ElementType;
import dev.cft.lm.gguf.GgufConverter;
import dev.cft.lm.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cft model convert`: a GGUF file, or shards, to one safetensors checkpoint.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a checkpoint folder in Hugging Face layout from a GGUF file or from another folder, whose shards are joined.",
      "Weights above 5 GB are cut into shards again."
    })
final class ConvertModel implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description =
          "A GGUF file (F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K), a folder, or a Hugging Face id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Parameters(index = "1", paramLabel = "OUT", description = "The new folder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path to;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "What weights are rounded to: F32, F16 or BF16. Default: as they are; quantised ones become F32, which loses nothing.")
  private @Nullable ElementType type;

  private final JsonLines out = new JsonLines();

  @Override
  public Integer call() throws IOException {
    var from = ModelOption.found(name);
    if (GgufFile.isNamedLikeOne(from)) {
      GgufConverter.convert(from, to, Optional.ofNullable(type));
    } else {
      CheckpointConverter.convert(from, to, Optional.ofNullable(type));
    }
    var info = Checkpoints.inspect(to);
    var json = new LinkedHashMap<String, Object>();
    json.put("folder", to.toString());
    json.put("architecture", info.config().architecture());
    json.put("parameters", info.parameters());
    json.put("dtype", info.dtype());
    json.put("bytes", info.bytes());
    json.put("sha256", info.sha256());
    out.print(json);
    return 0;
  }
}
