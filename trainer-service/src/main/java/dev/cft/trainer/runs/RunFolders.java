package dev.cft.trainer.runs;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

  /// The newest checkpoint of a job's run, where one is left.
  public Optional<Path> lastCheckpoint(JobId job) {
    return of(job).checkpoints().reversed().stream().findFirst().map(RunFolder.Checkpoint::folder);
  }

  /// A folder for a try, which the caller deletes.
  public RunFolder temporary() throws IOException {
    Files.createDirectories(properties.runsDir());
    return new RunFolder(Files.createTempDirectory(properties.runsDir(), ".try-"));
  }
}
