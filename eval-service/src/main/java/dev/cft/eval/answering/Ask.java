package dev.cft.eval.answering;

/// One question to a model.
///
/// @param seed decides the sample
public record Ask(Prompt prompt, long seed) {}
