package dev.cft.critiques.datasets;

import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;

/// Ids of datasets.
public final class DatasetIds {
  private static final String PREFIX = "ds-";

  private DatasetIds() {}

  /// The dataset that a job writes: the same for every attempt.
  public static String of(JobId job) {
    return PREFIX + job.value().substring(job.value().indexOf('-') + 1);
  }

  /// The job of the kind `dataset` that makes a dataset of this id, if one does.
  static JobId maker(String dataset) {
    return new JobId(JobKind.DATASET.idPrefix() + dataset.substring(PREFIX.length()));
  }

  /// Whether the text looks like a dataset's id.
  public static boolean isOne(String text) {
    return text.startsWith(PREFIX);
  }
}
