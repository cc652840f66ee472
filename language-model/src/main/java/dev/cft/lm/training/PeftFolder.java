package dev.cft.lm.training;

import dev.cft.lm.CheckpointWriter;
import dev.cft.lm.SafetensorsReader;
import dev.cft.lm.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import tools.jackson.databind.json.JsonMapper;

/// Adapters as PEFT saves them: `adapter_config.json` and `adapter_model.safetensors`.
final class PeftFolder {
  /// A folder of its own inside a checkpoint: transformers would apply adapters beside merged
  /// weights a second time.
  static final String NAME = "adapter";

  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final JsonMapper MAPPER = new JsonMapper();

  private PeftFolder() {}

  static void write(Path folder, Trainee trainee) throws IOException {
    Files.createDirectories(folder);
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (var trained : trainee.trained()) {
      tensors.addAll(
          CheckpointWriter.tensors(
              trained.parameter(), PREFIX, () -> trained.weight().toByteBuffer()));
    }
    SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors);
    var lora = trainee.mode().lora().orElseThrow();
    var json = MAPPER.createObjectNode();
    json.put("peft_type", "LORA").put("task_type", "CAUSAL_LM").put("inference_mode", true);
    json.put("base_model_name_or_path", trainee.base());
    json.put("r", lora.rank()).put("lora_alpha", lora.alpha()).put("lora_dropout", lora.dropout());
    json.put("bias", "none").put("fan_in_fan_out", false).put("init_lora_weights", true);
    var targets = json.putArray("target_modules");
    Lora.MODULES.stream().filter(lora.targets()::contains).forEach(targets::add);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  /// Gives the adapters what the folder holds.
  static void read(Path folder, Trainee trainee) {
    var reader = new SafetensorsReader(folder.resolve(WEIGHTS));
    for (var trained : trainee.trained()) {
      try (var floats =
          trainee.decoder().array(trained.parameter(), reader.read(trained.parameter(), PREFIX))) {
        trainee.one("assign", trained.weight(), floats).close();
        trained.copy().ifPresent(copy -> trainee.one("assign", copy, floats).close());
      }
    }
  }
}
