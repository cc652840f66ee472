package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.launching.NodeState.Running;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Trains on this machine, one child process a slot.
@Component
final class LocalLauncher implements Launcher {
  private static final Logger log = LoggerFactory.getLogger(LocalLauncher.class);

  private final TrainerProperties.Local local;
  private final InstantSource clock;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Semaphore slots;
  private final ChildCommand command;
  private final Map<JobId, Running> running = new ConcurrentHashMap<>();

  @Autowired
  LocalLauncher(TrainerProperties properties, InstantSource clock) {
    this(properties.local(), clock, ChildCommand.DJL_MAIN);
  }

  LocalLauncher(TrainerProperties.Local local, InstantSource clock, String engineMain) {
    this.local = local;
    this.clock = clock;
    this.slots = new Semaphore(local.slotsOn(cores), true);
    this.command = new ChildCommand(local, local.threadsOn(cores), engineMain);
  }

  @Override
  public TrainingProcess start(JobId job, RunFolder folder)
      throws IOException, InterruptedException {
    slots.acquire();
    boolean isStarted = false;
    try {
      stopOrphan(folder);
      Process process = command.of(folder).start();
      isStarted = true;
      running.put(job, new Running(job, process.pid(), clock.instant()));
      return new LocalProcess(process, local.stopGrace(), () -> ended(job));
    } finally {
      if (!isStarted) {
        slots.release();
      }
    }
  }

  private void ended(JobId job) {
    running.remove(job);
    slots.release();
  }

  /// An orphan is stopped, not adopted: its exit code could not be had, and the folder holds its
  /// last checkpoint.
  private void stopOrphan(RunFolder folder) throws InterruptedException {
    Optional<ProcessHandle> orphan = ProcessRecord.alive(folder);
    if (orphan.isPresent()) {
      log.warn(
          "process {} of a dead service still trains in {}: stopping it, then going on from its"
              + " last checkpoint",
          orphan.get().pid(),
          folder.path());
      orphan.get().destroy();
      if (!endsWithinGrace(orphan.get())) {
        orphan.get().destroyForcibly();
        endsWithinGrace(orphan.get());
      }
    }
  }

  private boolean endsWithinGrace(ProcessHandle process) throws InterruptedException {
    CompletableFuture<ProcessHandle> end = process.onExit();
    try {
      end.get(local.stopGrace().toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException late) {
      return !process.isAlive();
    }
  }

  @Override
  public NodeState node() {
    return new NodeState(
        ProcessRecord.thisHost(),
        "local",
        cores,
        local.slotsOn(cores),
        local.threadsOn(cores),
        running.values().stream().sorted(Comparator.comparing(Running::since)).toList());
  }
}
