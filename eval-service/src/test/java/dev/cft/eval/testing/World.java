package dev.cft.eval.testing;

import dev.cft.eval.evals.ItemSets;
import dev.cft.store.StoreJson;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/// What tests put into the platform before they ask the service: models, files, keys.
@TestComponent
public final class World {
  private final Models models;
  private final ArtifactStore artifacts;
  private final StoredFiles files;
  private final Jobs jobs;
  private final ApiKeys keys;
  private final Environment environment;
  private final ItemSets sets;

  World(
      Models models,
      ArtifactStore artifacts,
      StoredFiles files,
      Jobs jobs,
      ApiKeys keys,
      Environment environment,
      ItemSets sets) {
    this.models = models;
    this.artifacts = artifacts;
    this.files = files;
    this.jobs = jobs;
    this.keys = keys;
    this.environment = environment;
    this.sets = sets;
  }

  /// The service's HTTP address.
  public String address() {
    return "http://localhost:" + environment.getRequiredProperty("local.server.port");
  }

  /// A client with a new key.
  public Api api() {
    return new Api(address(), key());
  }

  /// A new key's secret.
  public String key() {
    return keys.create("test", ApiKey.Role.USER).secret();
  }

  /// Registers a tiny model under that name, unless it is there.
  public String model(String id, int context) {
    if (models.find(id).isPresent()) {
      return id;
    }
    try {
      var folder = TinyModel.write(Files.createTempDirectory("tiny"), context, 42);
      artifacts.putFolder("models/" + id, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return register(id, "models/" + id);
  }

  /// Registers a model whose files are wherever the prefix says.
  public String register(String id, String prefix) {
    models.register(
        new StoredModel(
            id,
            StoredModel.Kind.BASE,
            prefix,
            null,
            null,
            null,
            "0123456789abcdef" + id.hashCode(),
            StoreJson.mapper().createObjectNode(),
            Instant.EPOCH));
    return id;
  }

  /// Puts a job into the store, as another service would.
  public void submit(NewJob job) {
    jobs.submit(job);
  }

  /// The store's folder of a model's files.
  public java.nio.file.Path folder(String id) {
    try {
      return artifacts.folder("models/" + id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A stored item.
  public JsonNode item(String set, long place) {
    return sets.read(set, place, place + 1).getFirst().value();
  }

  /// Stores a file.
  public String file(String content) {
    var bytes = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    return files.create("rows.jsonl", "evals", bytes).id();
  }

  /// Waits until the job is as wanted.
  public Job await(String id, Predicate<Job> wanted) throws InterruptedException {
    var deadline =
        System.nanoTime()
            + Duration.ofSeconds(Long.getLong("cft.tests.patience-seconds", 90)).toNanos();
    while (true) {
      var job = jobs.find(new JobId(id)).orElseThrow();
      if (wanted.test(job)) {
        return job;
      }
      if (job.status().isFinal() || System.nanoTime() > deadline) {
        throw new AssertionError(
            "%s is %s: %s, progress %s".formatted(id, job.status(), job.state(), job.progress()));
      }
      Thread.sleep(20);
    }
  }

  /// Waits until the job has ended, however.
  public Job ended(String id) throws InterruptedException {
    return await(id, job -> job.status().isFinal());
  }
}
