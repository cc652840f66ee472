package dev.cft.standalone.pipeline;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What the user asked of a pipeline.
///
/// @param data rows with question, answer and response
/// @param fields where the rows have them, `question` → `ground_truth`
/// @param rows rows drawn from the file to be critiqued
/// @param train conversations to train on; none for the critiques just made
/// @param steps optimiser steps of the training
/// @param eval question and answer rows to test on; none for no test
/// @param items most rows of it that are tested
/// @param model base model
public record PipelineRequest(
    Path data,
    Map<String, String> fields,
    int rows,
    Optional<Path> train,
    int steps,
    Optional<Path> eval,
    int items,
    String model) {
  public PipelineRequest {
    fields = Map.copyOf(fields);
  }
}
