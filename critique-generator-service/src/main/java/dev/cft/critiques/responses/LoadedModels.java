package dev.cft.critiques.responses;

import dev.cft.lm.LanguageModel;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Models in memory: each is loaded once, shared, and freed when nobody has used it for a while.
@Component
final class LoadedModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);

  private final ArtifactStore artifacts;
  private final ResponseProperties properties;
  private final InstantSource clock;
  private final Map<String, Entry> byHash = new HashMap<>();
  private final Thread janitor;

  LoadedModels(ArtifactStore artifacts, ResponseProperties properties, InstantSource clock) {
    this.artifacts = artifacts;
    this.properties = properties;
    this.clock = clock;
    this.janitor = Thread.ofVirtual().name("idle-models").start(this::freeIdleModels);
  }

  private static final class Entry {
    private final LanguageModel model;
    private int users;
    private Instant idleSince;

    Entry(LanguageModel model, Instant now) {
      this.model = model;
      this.idleSince = now;
    }
  }

  /// Leave to use a model until it is closed.
  final class Use implements AutoCloseable {
    private final Entry entry;

    private Use(Entry entry) {
      this.entry = entry;
    }

    LanguageModel model() {
      return entry.model;
    }

    @Override
    public void close() {
      release(entry);
    }
  }

  /// The model, loaded if it is not yet; waits while as many others as allowed are in use.
  ///
  /// @throws dev.cft.lm.CheckpointException naming the file and what is wrong with it
  synchronized Use use(StoredModel stored) throws InterruptedException {
    while (!byHash.containsKey(stored.hash()) && byHash.size() >= properties.maxLoadedModels()) {
      if (!freeOldestIdle()) {
        wait();
      }
    }
    var entry = byHash.computeIfAbsent(stored.hash(), _ -> load(stored));
    entry.users++;
    return new Use(entry);
  }

  private Entry load(StoredModel stored) {
    try {
      var started = clock.instant();
      var model = LanguageModel.load(artifacts.folder(stored.artifactPrefix()));
      LOG.info(
          "Loaded {} in {} ms", stored.id(), Duration.between(started, clock.instant()).toMillis());
      return new Entry(model, clock.instant());
    } catch (IOException e) {
      throw new UncheckedIOException("the checkpoint of " + stored.id() + " cannot be read", e);
    }
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    entry.idleSince = clock.instant();
    notifyAll();
  }

  private boolean freeOldestIdle() {
    var oldest =
        byHash.entrySet().stream()
            .filter(each -> each.getValue().users == 0)
            .min(Comparator.comparing(each -> each.getValue().idleSince));
    oldest.ifPresent(each -> {
      byHash.remove(each.getKey());
      each.getValue().model.close();
    });
    return oldest.isPresent();
  }

  private void freeIdleModels() {
    try {
      while (true) {
        Thread.sleep(Duration.ofMillis(Math.max(100, properties.idleTimeout().toMillis() / 4)));
        freeIdleSince(clock.instant().minus(properties.idleTimeout()));
      }
    } catch (InterruptedException _) {
      LOG.debug("No longer looking for idle models");
    }
  }

  private synchronized void freeIdleSince(Instant longAgo) {
    byHash
        .values()
        .removeIf(entry -> {
          var isIdle = entry.users == 0 && entry.idleSince.isBefore(longAgo);
          if (isIdle) {
            entry.model.close();
          }
          return isIdle;
        });
  }

  synchronized int count() {
    return byHash.size();
  }

  @Override
  public synchronized void close() {
    janitor.interrupt();
    byHash.values().forEach(entry -> entry.model.close());
    byHash.clear();
  }
}
