package dev.cft.trainer.engines;

/// `llama-factory/launch.json`: what [LlamaFactoryRun] and its script are told.
///
/// @param python the interpreter that has LLaMA-Factory
/// @param version of LLaMA-Factory that must be installed there
/// @param processes one a GPU; 1 on a CPU
/// @param targetTokens trained tokens of one epoch
/// @param rowLosses most rows whose loss is told at the end
record LlamaFactoryLaunch(
    String python, String version, int processes, long targetTokens, int rowLosses) {}
