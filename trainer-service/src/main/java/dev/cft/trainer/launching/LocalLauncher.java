package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.devices.Devices;
import dev.cft.trainer.launching.NodeState.Running;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/// Trains on this machine, in child processes that share its slots: its GPUs, or shares of its CPU.
@Component
@ConditionalOnProperty(name = "cft.trainer.launcher", havingValue = "local", matchIfMissing = true)
final class LocalLauncher implements Launcher {
  private static final Logger log = LoggerFactory.getLogger(LocalLauncher.class);
  private static final Duration END_POLL = Duration.ofMillis(50);

  private final TrainerProperties.Local local;
  private final InstantSource clock;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Devices devices;
  private final int slots;
  private final SlotPool pool;
  private final ChildCommand command;
  private final Map<JobId, Running> running = new ConcurrentHashMap<>();

  @Autowired
  LocalLauncher(TrainerProperties properties, InstantSource clock) {
    this(properties.local(), Devices.ofThisMachine(), clock);
  }

  LocalLauncher(TrainerProperties.Local local, Devices devices, InstantSource clock) {
    this.local = local;
    this.devices = devices;
    this.clock = clock;
    this.slots = slots(local, devices, cores);
    this.pool = new SlotPool(slots);
    this.command = new ChildCommand(local);
  }

  private static int slots(TrainerProperties.Local local, Devices devices, int cores) {
    int asked = local.slotsOn(cores);
    if (devices.areGpus() && asked > devices.gpus().size()) {
      throw new IllegalArgumentException(
          "cft.trainer.local.slots is %d; this machine has %d GPUs to train on, and a slot is one"
              .formatted(asked, devices.gpus().size()));
    }
    return asked;
  }

  @Override
  public TrainingProcess start(LaunchOrder order) throws IOException, InterruptedException {
    List<Integer> taken = pool.take(order.slots());
    boolean isStarted = false;
    try {
      stopOrphan(order.folder());
      Process process = command.of(order, share(taken)).start();
      isStarted = true;
      JobId job = order.job();
      running.put(
          job, new Running(job, taken.size(), Long.toString(process.pid()), clock.instant()));
      return new LocalProcess(process, local.stopGrace(), () -> ended(job, taken));
    } finally {
      if (!isStarted) {
        pool.giveBack(taken);
      }
    }
  }

  private ChildCommand.Share share(List<Integer> taken) {
    return new ChildCommand.Share(
        local.threadsOn(cores) * taken.size(),
        devices.areGpus() ? taken.stream().map(devices.gpus()::get).toList() : List.of());
  }

  private void ended(JobId job, List<Integer> taken) {
    running.remove(job);
    pool.giveBack(taken);
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
      if (!endsWithinGrace(folder)) {
        orphan.get().destroyForcibly();
        endsWithinGrace(folder);
      }
    }
  }

  /// Asks the record, not the process: one whose service hangs and does not take note of its end
  /// stays in the system's table, and seems alive there.
  private boolean endsWithinGrace(RunFolder folder) throws InterruptedException {
    long until = System.nanoTime() + local.stopGrace().toNanos();
    while (ProcessRecord.alive(folder).isPresent()) {
      if (System.nanoTime() > until) {
        return false;
      }
      Thread.sleep(END_POLL);
    }
    return true;
  }

  @Override
  public int mostSlots() {
    return slots;
  }

  @Override
  public boolean hasGpus() {
    return devices.areGpus();
  }

  @Override
  public List<NodeState> nodes() {
    return List.of(
        new NodeState(
            ProcessRecord.thisHost(),
            "local",
            devices.areGpus() ? "gpu" : "cpu",
            cores,
            slots,
            NodeState.READY,
            running.values().stream().sorted(Comparator.comparing(Running::since)).toList()));
  }
}
