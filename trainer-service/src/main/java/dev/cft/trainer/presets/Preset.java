package dev.cft.trainer.presets;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A published run: what a request that names it leaves out is taken from here.
///
/// @param model the base, by the last part of its Hugging Face id
/// @param engine that its authors used
/// @param gpus of one machine
/// @param hyperparameters by the names of the API
/// @param llamaFactory keys of LLaMA-Factory that the API has no name for
public record Preset(
    String name,
    String model,
    String engine,
    int gpus,
    Map<String, Object> hyperparameters,
    Map<String, Object> llamaFactory) {
  /// The released YAML of arXiv 2501.17703: the same for both models but for base and rows.
  private static final List<Preset> ALL =
      List.of(
          paper("paper/qwen2.5-math-7b-cft-50k", "Qwen2.5-Math-7B", "WebInstruct-CFT-50K"),
          paper("paper/qwen2.5-32b-instruct-cft-4k", "Qwen2.5-32B-Instruct", "WebInstruct-CFT-4K"));

  public Preset {
    hyperparameters = Map.copyOf(hyperparameters);
    llamaFactory = Map.copyOf(llamaFactory);
  }

  private static Preset paper(String name, String model, String dataset) {
    Map<String, Object> hyperparameters =
        Map.of(
            "batch_size", 512,
            "micro_batch_size", 8,
            "learning_rate", 5e-6,
            "n_epochs", 1,
            "lr_scheduler_type", "cosine",
            "warmup_ratio", 0.1,
            "cutoff_len", 2048,
            "checkpoint_steps", 2);
    var keys = new LinkedHashMap<String, Object>();
    keys.put("trust_remote_code", true);
    keys.put("do_eval", false);
    keys.put("deepspeed", "examples/deepspeed/ds_z3_config.json");
    keys.put("dataset", dataset);
    keys.put("template", "qwen");
    keys.put("max_samples", 100_000);
    keys.put("overwrite_cache", true);
    keys.put("preprocessing_num_workers", 16);
    keys.put("plot_loss", true);
    keys.put("overwrite_output_dir", true);
    keys.put("save_only_model", true);
    keys.put("bf16", true);
    keys.put("ddp_timeout", 180_000_000);
    return new Preset(name, model, "llama-factory", 8, hyperparameters, keys);
  }

  public static Optional<Preset> named(String name) {
    return ALL.stream().filter(preset -> preset.name.equals(name)).findFirst();
  }

  public static List<String> names() {
    return ALL.stream().map(Preset::name).toList();
  }
}
