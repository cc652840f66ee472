package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;

/// Makes training conversations.
record BuildStep(Operation.Build operation) implements Step {
  @Override
  public boolean keeps(int place, DatasetRow row) {
    return operation.set().example(row, operation.instruction()).isPresent();
  }

  @Override
  public DatasetRow changed(int place, DatasetRow row) {
    var example = operation.set().example(row, operation.instruction()).orElseThrow();
    return new DatasetRow(
        row.seq(),
        row.question(),
        row.answer(),
        row.response(),
        row.critique(),
        row.verdict(),
        row.correct(),
        example.messages(),
        row.outcome(),
        row.extra());
  }
}
