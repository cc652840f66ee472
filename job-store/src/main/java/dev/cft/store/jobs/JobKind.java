package dev.cft.store.jobs;

import java.util.Arrays;

/// The kinds of work that the platform does, each with its wire name and id prefix.
public enum JobKind {
  DATASET("dataset", "dsjob-"),
  CRITIQUES("critiques", "crjob-"),
  RESPONSES("responses", "rsjob-"),
  FINE_TUNING("fine_tuning", "ftjob-"),
  EVALUATION("evaluation", "evalrun_"),
  EXPERIMENT("experiment", "exp-");

  private final String wireName;
  private final String idPrefix;

  JobKind(String wireName, String idPrefix) {
    this.wireName = wireName;
    this.idPrefix = idPrefix;
  }

  /// Whether a job of this kind makes a dataset, which other jobs may name by it.
  public boolean makesDataset() {
    return this == DATASET || this == CRITIQUES || this == RESPONSES;
  }

  /// The kind's name in JSON and in the database.
  public String wireName() {
    return wireName;
  }

  /// How every id of this kind begins.
  public String idPrefix() {
    return idPrefix;
  }

  /// The kind of that wire name.
  ///
  /// @throws IllegalArgumentException naming the allowed kinds
  public static JobKind ofWireName(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.wireName.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown job kind '%s'; allowed: %s"
                    .formatted(name, Arrays.stream(values()).map(JobKind::wireName).toList())));
  }
}
