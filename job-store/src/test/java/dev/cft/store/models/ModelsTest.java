package dev.cft.store.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreTest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.JsonNodeFactory;

@StoreTest
class ModelsTest {
  @Autowired Models models;
  @Autowired JdbcClient jdbc;

  @BeforeEach
  void noModels() {
    jdbc.sql("truncate models").update();
  }

  @Test
  void a_model_is_registered_once_whoever_asks() {
    var base = model("base", StoredModel.Kind.BASE, null, "hash", "2026-01-01T00:00:00Z");

    models.register(base);
    models.register(base);

    assertThat(models.find("base")).contains(base);
    assertThat(models.list(false)).containsExactly(base);
  }

  @Test
  void an_id_cannot_be_taken_by_other_weights() {
    models.register(model("base", StoredModel.Kind.BASE, null, "hash", "2026-01-01T00:00:00Z"));

    assertThatThrownBy(() ->
            models.register(
                model("base", StoredModel.Kind.BASE, null, "other", "2026-01-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the model id 'base' is taken by other weights (SHA-256 hash, these are other)");
  }

  @Test
  void base_models_come_first_then_the_newest() {
    var tuned = model("ft:a", StoredModel.Kind.FINE_TUNED, null, "h", "2026-01-02T00:00:00Z");
    var newer = model("ft:b", StoredModel.Kind.FINE_TUNED, null, "h", "2026-01-03T00:00:00Z");
    var base = model("base", StoredModel.Kind.BASE, null, "h", "2026-01-01T00:00:00Z");
    var late =
        model("ft:b:ckpt-step-20", StoredModel.Kind.CHECKPOINT, 20L, "h", "2026-01-03T00:00:00Z");
    var early =
        model("ft:b:ckpt-step-3", StoredModel.Kind.CHECKPOINT, 3L, "h", "2026-01-03T00:00:00Z");
    for (var each : new StoredModel[] {tuned, newer, base, late, early}) {
      models.register(each);
    }

    assertThat(models.list(false)).containsExactly(base, newer, tuned);
    assertThat(models.list(true)).hasSize(5);
    assertThat(models.checkpointsOf("ftjob-1")).containsExactly(early, late);
    assertThat(models.delete("ft:a")).isTrue();
    assertThat(models.delete("ft:a")).isFalse();
  }

  private static StoredModel model(
      String id, StoredModel.Kind kind, @Nullable Long step, String hash, String at) {
    var info = JsonNodeFactory.instance.objectNode().put("parameters", 1234);
    return new StoredModel(
        id,
        kind,
        "models/" + id,
        null,
        step == null ? null : "ftjob-1",
        step,
        hash,
        info,
        Instant.parse(at));
  }
}
