package dev.cft.trainer.engines;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.trainer.engines.Engine.Setup;
import dev.cft.trainer.runs.TrainSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.type.TypeReference;

/// The YAML of LLaMA-Factory for a run. Keys of `spec.json` are its own already; those that mean
/// files, or that it has in another form, are put in its terms, and a preset's are added.
final class LlamaFactoryConfig {
  private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

  /// ZeRO stage 3 as LLaMA-Factory's example has it, by the name that it has there.
  static final String ZERO_3 = "examples/deepspeed/ds_z3_config.json";

  /// Keys of `spec.json` that are ours.
  private static final List<String> OURS =
      List.of("row_losses", "resume_from_checkpoint", "eval_dataset");

  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";

  private LlamaFactoryConfig() {}

  /// The keys by name, in a reader's order.
  static Map<String, Object> of(Setup setup) {
    TrainSpec spec = setup.spec();
    var keys = new LinkedHashMap<String, Object>();
    keys.put("stage", "sft");
    keys.put("do_train", true);
    keys.put("finetuning_type", "full");
    keys.putAll(StoreJson.mapper().convertValue(spec, MAP));
    OURS.forEach(keys::remove);
    keys.values().removeIf(java.util.Objects::isNull);
    keys.put("dataset_dir", LlamaFactoryFiles.FOLDER);
    keys.put("dataset", TRAIN);
    keys.put("output_dir", LlamaFactoryFiles.FOLDER + "/output");
    keys.put("overwrite_output_dir", true);
    keys.put("overwrite_cache", true);
    keys.put("save_strategy", "steps");
    keys.put("report_to", "none");
    boolean packs = Boolean.TRUE.equals(spec.packing());
    keys.put("include_num_input_tokens_seen", packs ? "all" : "non_padding");
    batches(keys, setup);
    checkpointing(keys);
    devices(keys, setup.gpus());
    if (spec.evalDataset() != null) {
      keys.put("eval_dataset", VALIDATION);
      keys.put("eval_strategy", "steps");
      keys.put("eval_steps", spec.saveSteps());
      keys.put("per_device_eval_batch_size", spec.perDeviceTrainBatchSize());
    }
    if (setup.preset() != null) {
      keys.putAll(setup.preset().llamaFactory());
    }
    return keys;
  }

  /// `spec.json` counts the rows of one device; here every GPU takes its share of a step.
  private static void batches(Map<String, Object> keys, Setup setup) {
    int devices = Math.max(1, setup.gpus());
    int batch = setup.spec().perDeviceTrainBatchSize() * setup.spec().gradientAccumulationSteps();
    if (batch % devices != 0) {
      throw new JobFailedException(
          new JobError(
              "invalid_value",
              "batch_size is %d, which %d GPUs cannot share evenly; take a multiple of %d"
                  .formatted(batch, devices, devices),
              "batch_size"));
    }
    int share = batch / devices;
    int micro =
        IntStream.iterate(Math.min(setup.spec().perDeviceTrainBatchSize(), share), size -> size - 1)
            .filter(size -> share % size == 0)
            .findFirst()
            .orElse(1);
    keys.put("per_device_train_batch_size", micro);
    keys.put("gradient_accumulation_steps", share / micro);
  }

  /// The other way round there.
  private static void checkpointing(Map<String, Object> keys) {
    Object checkpointing = keys.remove("gradient_checkpointing");
    if (Boolean.FALSE.equals(checkpointing)) {
      keys.put("disable_gradient_checkpointing", true);
    }
    if (Boolean.TRUE.equals(keys.get("packing"))) {
      keys.put("neat_packing", true);
    }
  }

  private static void devices(Map<String, Object> keys, int gpus) {
    if (gpus == 0) {
      keys.put("use_cpu", true);
    }
    if (gpus > 1) {
      keys.put("deepspeed", ZERO_3);
    }
  }

  /// `dataset_info.json`: where the rows are and what their parts are called.
  static Map<String, Object> datasets(Setup setup) {
    var datasets = new LinkedHashMap<String, Object>();
    Object name = setup.preset() == null ? null : setup.preset().llamaFactory().get("dataset");
    datasets.put(name == null ? TRAIN : name.toString(), dataset("../data/train.jsonl"));
    if (setup.spec().evalDataset() != null) {
      datasets.put(VALIDATION, dataset("../data/validation.jsonl"));
    }
    return datasets;
  }

  private static Map<String, Object> dataset(String file) {
    return Map.of(
        "file_name",
        file,
        "formatting",
        "sharegpt",
        "columns",
        Map.of("messages", "messages"),
        "tags",
        Map.of(
            "role_tag", "role",
            "content_tag", "content",
            "user_tag", "user",
            "assistant_tag", "assistant",
            "system_tag", "system"));
  }

  /// DeepSpeed's settings of the released run: everything is kept on the GPUs.
  static Map<String, Object> zero3() {
    var zero = new LinkedHashMap<String, Object>();
    zero.put("stage", 3);
    zero.put("overlap_comm", true);
    zero.put("contiguous_gradients", true);
    zero.put("sub_group_size", 1_000_000_000);
    zero.put("reduce_bucket_size", "auto");
    zero.put("stage3_prefetch_bucket_size", "auto");
    zero.put("stage3_param_persistence_threshold", "auto");
    zero.put("stage3_max_live_parameters", 1_000_000_000);
    zero.put("stage3_max_reuse_distance", 1_000_000_000);
    zero.put("stage3_gather_16bit_weights_on_model_save", true);
    var config = new LinkedHashMap<String, Object>();
    config.put("train_batch_size", "auto");
    config.put("train_micro_batch_size_per_gpu", "auto");
    config.put("gradient_accumulation_steps", "auto");
    config.put("gradient_clipping", "auto");
    config.put("zero_allow_untested_optimizer", true);
    config.put("fp16", Map.of("enabled", "auto"));
    config.put("bf16", Map.of("enabled", "auto"));
    config.put("zero_optimization", zero);
    return config;
  }
}
