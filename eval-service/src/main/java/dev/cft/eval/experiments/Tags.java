package dev.cft.eval.experiments;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The metadata that says which part of an experiment a job is.
public final class Tags {
  public static final String EXPERIMENT = "experiment";
  public static final String ARM = "arm";
  public static final String SEED = "seed";

  private Tags() {}

  static Map<String, String> of(String experiment, @Nullable String arm, @Nullable Long seed) {
    var tags = new LinkedHashMap<String, String>();
    tags.put(EXPERIMENT, experiment);
    if (arm != null) {
      tags.put(ARM, arm);
    }
    if (seed != null) {
      tags.put(SEED, seed.toString());
    }
    return tags;
  }
}
