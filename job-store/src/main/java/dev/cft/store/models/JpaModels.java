package dev.cft.store.models;

import dev.cft.store.Columns;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// [Models], read by JPA.
final class JpaModels implements Models {
  /// Services register the same base models when they start, at the same time.
  private static final String REGISTER =
      """
      insert into models (id, kind, artifact_prefix, parent, job_id, step, hash, info, created_at)
      values (:id, :kind, :prefix, :parent, :jobId, :step, :hash, :info::json, :createdAt)
      on conflict (id) do nothing
      """;

  private final ModelRows rows;
  private final JdbcClient jdbc;

  JpaModels(ModelRows rows, JdbcClient jdbc) {
    this.rows = rows;
    this.jdbc = jdbc;
  }

  @Override
  public void register(StoredModel model) {
    insert(model);
    var hash = rows.findById(model.id()).map(ModelEntity::hash).orElseThrow();
    if (!hash.equals(model.hash())) {
      throw new IllegalArgumentException(
          "the model id '%s' is taken by other weights (SHA-256 %s, these are %s)"
              .formatted(model.id(), hash, model.hash()));
    }
  }

  @Override
  public Optional<StoredModel> find(String id) {
    return rows.findById(id).map(ModelEntity::model);
  }

  @Override
  public List<StoredModel> list(boolean withCheckpoints) {
    return rows.list(withCheckpoints).stream().map(ModelEntity::model).toList();
  }

  @Override
  public List<StoredModel> checkpointsOf(String jobId) {
    return rows.checkpointsOf(jobId).stream().map(ModelEntity::model).toList();
  }

  @Override
  public boolean delete(String id) {
    var existed = rows.existsById(id);
    rows.deleteById(id);
    return existed;
  }

  private void insert(StoredModel model) {
    jdbc.sql(REGISTER)
        .param("id", Columns.text(model.id()))
        .param("kind", model.kind().name())
        .param("prefix", model.artifactPrefix())
        .param("parent", model.parent())
        .param("jobId", model.jobId())
        .param("step", model.step())
        .param("hash", model.hash())
        .param("info", Columns.json(model.info()))
        .param("createdAt", Columns.at(model.createdAt()))
        .update();
  }
}
