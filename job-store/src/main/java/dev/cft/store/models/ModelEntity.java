package dev.cft.store.models;

import dev.cft.store.StoreJson;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/// A row of `models`, to be read.
@Entity
@Immutable
@Table(name = "models")
@NullUnmarked
class ModelEntity {
  @Id private String id;

  @Enumerated(EnumType.STRING)
  private StoredModel.Kind kind;

  private String artifactPrefix;
  private @Nullable String parent;
  private @Nullable String jobId;
  private @Nullable Long step;
  private String hash;

  @Column(columnDefinition = "json")
  private String info;

  private Instant createdAt;

  protected ModelEntity() {}

  String hash() {
    return hash;
  }

  StoredModel model() {
    var json = StoreJson.mapper().readTree(info);
    return new StoredModel(id, kind, artifactPrefix, parent, jobId, step, hash, json, createdAt);
  }
}
