package dev.cft.trainer.planning;

import com.sun.management.OperatingSystemMXBean;
import dev.cft.lm.training.MemoryEstimate;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.planning.DiskNeed.Place;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Holds what runs need against what there is.
@Component
public final class Resources {
  /// Checkpoints of a run folder that exist at once: two that a run can go on from, and one being
  /// written.
  private static final int IN_RUN_FOLDER = 3;

  private final TrainerProperties properties;
  private final Path artifacts;
  private final boolean areArtifactsHere;

  Resources(TrainerProperties properties, Environment environment) {
    this.properties = properties;
    this.artifacts =
        Path.of(environment.getProperty("cft.artifacts.dir", ".data/artifacts")).toAbsolutePath();
    this.areArtifactsHere = !environment.containsProperty("cft.artifacts.s3.bucket");
  }

  /// The device's memory is `cft.trainer.device-memory`, else that of a GPU of the cluster's nodes,
  /// else this machine's divided by its slots.
  public MemoryNeed memory(Demand demand) {
    return MemoryNeed.of(demand.memory(), available());
  }

  private long available() {
    if (properties.deviceMemory() != null) {
      return properties.deviceMemory().toBytes();
    }
    if (properties.kubernetes() != null) {
      return properties.kubernetes().node().gpuMemory().toBytes();
    }
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    int cores = Runtime.getRuntime().availableProcessors();
    return machine.getTotalMemorySize() / properties.local().slotsOn(cores);
  }

  /// Room for the run folder's checkpoints and for the models that stay.
  public DiskNeed disk(Demand demand) throws IOException {
    long[] bytes = MemoryEstimate.checkpoint(demand.config(), demand.setup());
    long inFolder = Math.min(IN_RUN_FOLDER, demand.checkpoints()) * (bytes[0] + bytes[1]);
    long models = demand.kept() * bytes[0];
    FileStore runs = store(properties.runsDir());
    if (!areArtifactsHere) {
      return new DiskNeed(bytes[0], bytes[1], List.of(place("run's checkpoints", inFolder, runs)));
    }
    FileStore kept = store(artifacts);
    return new DiskNeed(
        bytes[0],
        bytes[1],
        runs.equals(kept)
            ? List.of(place("run's checkpoints and models", inFolder + models, runs))
            : List.of(place("run's checkpoints", inFolder, runs), place("models", models, kept)));
  }

  private static Place place(String what, long needed, FileStore store) throws IOException {
    return new Place(what, needed, store.getUsableSpace(), store.getTotalSpace());
  }

  private static FileStore store(Path folder) throws IOException {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there);
  }
}
