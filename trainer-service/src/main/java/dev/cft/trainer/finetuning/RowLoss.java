package dev.cft.trainer.finetuning;

import tools.jackson.databind.JsonNode;

/// A training row and how badly the trained model predicts it.
///
/// @param row its place in the source, from 1
/// @param loss mean over its trained tokens, under the last weights
/// @param content the row as it was trained
record RowLoss(String object, long row, double loss, long trainedTokens, JsonNode content) {}
