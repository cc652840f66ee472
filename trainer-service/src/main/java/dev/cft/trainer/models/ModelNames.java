package dev.cft.trainer.models;

import dev.cft.store.jobs.JobId;
import org.jspecify.annotations.Nullable;

/// The ids of what training makes: `ft:{base}:{suffix}:{short job id}`, as OpenAI's, with
/// `:ckpt-step-{n}` for a checkpoint.
public final class ModelNames {
  /// Letters of the job's id that a model's id carries: 36^8 names for one base and suffix.
  private static final int SHORT_ID = 8;

  private ModelNames() {}

  public static String fineTuned(String base, @Nullable String suffix, JobId job) {
    String random = job.value().substring(job.value().indexOf('-') + 1);
    return "ft:%s:%s:%s"
        .formatted(
            base,
            suffix == null ? "" : suffix,
            random.substring(0, Math.min(SHORT_ID, random.length())));
  }

  public static String checkpoint(String fineTuned, long step) {
    return "%s:ckpt-step-%d".formatted(fineTuned, step);
  }
}
