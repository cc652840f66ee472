package dev.cft.gateway.console;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobEvent;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Fine-tuning as the console sees it: 60 of 100 steps, then the rest when the test says so.
final class Training implements JobHandler {
  volatile CountDownLatch rest = new CountDownLatch(1);

  @Override
  public JobKind kind() {
    return JobKind.FINE_TUNING;
  }

  @Override
  public Outcome run(JobRun run) throws Exception {
    run.stage("training, epoch 1 of 2");
    run.event(JobEvent.Level.INFO, "started on cpu with 2 threads", null);
    steps(run, 1, 60);
    while (!rest.await(50, TimeUnit.MILLISECONDS)) {
      if (run.signal() == JobRun.Signal.LEASE_LOST) {
        return new Outcome.Released();
      }
    }
    run.event(JobEvent.Level.WARN, "the learning rate was lowered", null);
    steps(run, 61, 100);
    return new Outcome.Succeeded(
        StoreJson.object(Map.of("fine_tuned_model", "ft:cft-demo-base:cft:1", "train_loss", 0.41)));
  }

  private static void steps(JobRun run, int from, int to) {
    for (var step = from; step <= to; step++) {
      var noise = Math.sin(step * 1.7) * 0.06;
      run.metrics(
          step,
          Map.of(
              "train_loss",
              3 * Math.exp(-step / 30.0) + 0.4 + noise,
              "lr",
              5e-6 * (1 - step / 100.0)));
      if (step % 10 == 0) {
        run.metrics(step, Map.of("valid_loss", 3.1 * Math.exp(-step / 32.0) + 0.5));
      }
    }
    run.progress(new Progress(to, 100, "steps"));
  }
}
