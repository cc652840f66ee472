package dev.cft.lm;

/// What a checkpoint folder holds, found without loading it.
///
/// @param parameters number of weights that the model computes with
/// @param dtype how the weights are stored, such as `BF16`; several are joined by a comma
/// @param bytes size of the weights
/// @param sha256 hash over the config, tokenizer and weight files, in hex
public record CheckpointInfo(
    ModelConfig config, long parameters, String dtype, long bytes, String sha256) {}
