package dev.cft.eval.models;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.LanguageModel;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.StoredModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models in memory: loaded when first asked for, shared by everyone who asks, unloaded when
/// idle or when another needs the room.
public class LoadedModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);

  private final ArtifactStore artifacts;
  private final ModelSettings settings;
  private final Map<String, Entry> entries = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private volatile boolean closed;

  LoadedModels(ArtifactStore artifacts, ModelSettings settings) {
    this.artifacts = artifacts;
    this.settings = settings;
  }

  /// A model in memory, or on its way there; the mutable fields are guarded by the lock.
  private static final class Entry {
    private final String id;
    private final CompletableFuture<LanguageModel> loading = new CompletableFuture<>();
    private int users;
    private long lastUsed = System.nanoTime();

    private Entry(String id) {
      this.id = id;
    }
  }

  /// Lends the model, loading it if needed.
  ///
  /// @throws CheckpointException its files cannot be read
  /// @throws ModelsBusyException no room was made in time
  public BorrowedModel borrow(StoredModel stored) throws InterruptedException {
    var key = stored.artifactPrefix() + "@" + stored.hash();
    var outdated = new ArrayList<Entry>();
    var isNew = false;
    Entry entry;
    lock.lockInterruptibly();
    try {
      makeRoomFor(key, outdated);
      isNew = !entries.containsKey(key);
      entry = entries.computeIfAbsent(key, _ -> new Entry(stored.id()));
      entry.users++;
    } finally {
      lock.unlock();
      outdated.forEach(LoadedModels::unload);
    }
    if (isNew) {
      load(key, entry, stored);
    }
    return lend(key, entry);
  }

  /// Returns when the model is in memory or may be loaded.
  private void makeRoomFor(String key, List<Entry> outdated) throws InterruptedException {
    var left = settings.patience().toNanos();
    while (!entries.containsKey(key) && entries.size() >= settings.maxLoaded()) {
      var idlest = idlest();
      if (idlest.isPresent()) {
        outdated.add(idlest.get().getValue());
        entries.remove(idlest.get().getKey());
      } else if (left <= 0 || closed) {
        throw new ModelsBusyException(entries.size());
      } else {
        left = roomMade.awaitNanos(left);
      }
    }
  }

  private Optional<Map.Entry<String, Entry>> idlest() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().users == 0)
        .min(Comparator.comparingLong(entry -> entry.getValue().lastUsed));
  }

  private void load(String key, Entry entry, StoredModel stored) {
    var start = System.nanoTime();
    try {
      entry.loading.complete(LanguageModel.load(artifacts.folder(stored.artifactPrefix())));
      LOG.info(
          "Loaded {} in {} ms", entry.id, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } catch (IOException | RuntimeException | Error e) {
      lock.lock();
      try {
        entries.remove(key, entry);
        roomMade.signalAll();
      } finally {
        lock.unlock();
      }
      entry.loading.completeExceptionally(e);
    }
  }

  private BorrowedModel lend(String key, Entry entry) throws InterruptedException {
    try {
      return new BorrowedModel(entry.loading.get(), () -> giveBack(key, entry));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CheckpointException bad) {
        throw bad;
      }
      throw new IllegalStateException(
          "model %s cannot be loaded: %s".formatted(entry.id, e.getCause()), e);
    } catch (InterruptedException e) {
      giveBack(key, entry);
      throw e;
    }
  }

  private void giveBack(String key, Entry entry) {
    var isLast = false;
    lock.lock();
    try {
      entry.users--;
      entry.lastUsed = System.nanoTime();
      isLast = closed && entry.users == 0 && entries.remove(key, entry);
      roomMade.signalAll();
    } finally {
      lock.unlock();
    }
    if (isLast) {
      unload(entry);
    }
  }

  /// Unloads what nobody has used for the set time.
  void unloadIdle() {
    unloadUnused(System.nanoTime() - settings.idleUnload().toNanos());
  }

  private void unloadUnused(long since) {
    var outdated = new ArrayList<Entry>();
    lock.lock();
    try {
      entries
          .values()
          .removeIf(entry -> {
            var isIdle = entry.users == 0 && entry.lastUsed - since <= 0;
            return isIdle && outdated.add(entry);
          });
      roomMade.signalAll();
    } finally {
      lock.unlock();
    }
    outdated.forEach(LoadedModels::unload);
  }

  /// The ids of the models in memory.
  List<String> loaded() {
    lock.lock();
    try {
      return entries.values().stream().map(entry -> entry.id).sorted().toList();
    } finally {
      lock.unlock();
    }
  }

  private static void unload(Entry entry) {
    var _ = entry.loading.thenAccept(LanguageModel::close);
    LOG.info("Unloaded {}", entry.id);
  }

  /// Unloads all models, those in use when they are given back.
  @Override
  public void close() {
    closed = true;
    unloadUnused(System.nanoTime());
  }
}
