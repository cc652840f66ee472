package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.devices.Devices;
import dev.cft.trainer.runs.RunFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// A service in a process of its own, which a test kills: it starts a training process and waits.
public final class DyingService {
  private DyingService() {}

  public static void main(String[] args) throws Exception {
    var folder = new RunFolder(Path.of(args[0]));
    var launcher =
        new LocalLauncher(
            LocalLauncherTest.settings(1), new Devices(List.of()), InstantSource.system());
    launcher.start(LocalLauncherTest.order(new JobId("ftjob-orphan"), 1, folder));
    Thread.sleep(Duration.ofMinutes(5));
  }
}
