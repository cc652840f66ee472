package dev.cft.trainer.runs;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import org.springframework.stereotype.Component;

/// All run folders of this service.
@Component
public final class RunFolders {
  private final TrainerProperties properties;

  RunFolders(TrainerProperties properties) {
    this.properties = properties;
  }

  /// A job's folder, which may not exist yet.
  public RunFolder of(JobId job) {
    return new RunFolder(properties.runsDir().resolve(job.value()));
  }
}
