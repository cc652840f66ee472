package dev.cft.lm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the loaders of transformers, LLaMA-Factory and vLLM go by.
class WeightFilesTest {
  private static final int TENSORS = 7;

  @TempDir Path folder;

  private static List<SafetensorsWriter.Tensor> tensors() {
    return IntStream.range(0, TENSORS)
        .mapToObj(i ->
            new SafetensorsWriter.Tensor(
                "model.layers." + i + ".weight",
                List.of(2L, 5L),
                ElementType.F32,
                sink -> sink.accept(FloatBuffer.wrap(values(i)))))
        .toList();
  }

  private static float[] values(int tensor) {
    var values = new float[10];
    for (int k = 0; k < values.length; k++) {
      values[k] = tensor + k / 16f;
    }
    return values;
  }

  @Test
  void large_weights_become_shards_whose_index_names_every_tensor_once() throws IOException {
    // 40 bytes a tensor: two fit into a shard, a third does not.
    WeightFiles.write(folder, tensors(), 100);

    var index = Json.object(folder.resolve("model.safetensors.index.json"));
    assertThat(index.path("metadata").path("total_size").longValue()).isEqualTo(40L * TENSORS);
    assertThat(index.path("weight_map").size()).isEqualTo(TENSORS);
    var shardOf = new HashMap<String, String>();
    for (int shard = 1; shard <= 4; shard++) {
      var name = "model-0000%d-of-00004.safetensors".formatted(shard);
      for (var tensor : Safetensors.read(folder.resolve(name)).keySet()) {
        assertThat(shardOf.put(tensor, name)).as(tensor).isNull();
        assertThat(index.path("weight_map").path(tensor).asString()).isEqualTo(name);
      }
      assertThat(header(name)).contains("\"__metadata__\"").contains("\"format\":\"pt\"");
    }
    assertThat(shardOf).hasSize(TENSORS);
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void shards_are_read_back_as_they_were_written() throws IOException {
    WeightFiles.write(folder, tensors(), 100);

    var read = WeightFiles.read(folder);

    for (int i = 0; i < TENSORS; i++) {
      var target = FloatBuffer.allocate(10);
      requireNonNull(read.get("model.layers." + i + ".weight")).readInto(target);
      assertThat(target.array()).isEqualTo(values(i));
    }
  }

  @Test
  void what_fits_into_one_file_has_no_index() throws IOException {
    WeightFiles.write(folder, tensors(), 40 * TENSORS);

    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("model.safetensors"));
    }
  }

  private String header(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(bytes, 8, length, StandardCharsets.UTF_8).replace(" ", "");
  }
}
