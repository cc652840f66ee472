package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A GGUF file: its metadata and where its tensors are. The weights are read when asked for.
public final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_DIMENSIONS = 4;

  /// Elements converted at once (our choice): a multiple of every block.
  private static final int RUN = 1 << 18;

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  private GgufFile(Path file) throws IOException {
    this.file = file;
    try (var channel = FileChannel.open(file)) {
      this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /// Reads and checks the header.
  ///
  /// @throws CheckpointException if the file is missing, damaged, or of an unknown version or type
  public static GgufFile open(Path file) {
    GgufFile opened;
    try {
      opened = new GgufFile(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "the file is missing", e);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
    try {
      opened.readHeader();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /// Whether the path is a file named like one of these.
  public static boolean isNamedLikeOne(Path path) {
    return path.toString().endsWith(".gguf") && Files.isRegularFile(path);
  }

  private void readHeader() {
    var reader = new GgufReader(file, bytes);
    if (reader.u32("the magic number") != MAGIC) {
      throw new CheckpointException(file, "is no GGUF file");
    }
    int version = reader.u32("the version");
    if (version != 2 && version != 3) {
      throw new CheckpointException(
          file, "has GGUF version %d; 2 and 3 are read (little-endian)".formatted(version));
    }
    // A tensor's entry has at least 24 bytes, a value's 13.
    int tensorCount = reader.count("the number of tensors", 24);
    int valueCount = reader.count("the number of values", 13);
    for (int i = 0; i < valueCount; i++) {
      var key = reader.name("a key");
      if (metadata.put(key, reader.value(key)) != null) {
        throw reader.broken("the key %s appears twice".formatted(key));
      }
    }
    readTensors(reader, tensorCount);
  }

  private void readTensors(GgufReader reader, int count) {
    long alignment = metadata.get("general.alignment") instanceof Long value ? value : 32;
    if (alignment < 8 || alignment % 8 != 0 || alignment > 1 << 20) {
      throw reader.broken("general.alignment is " + alignment);
    }
    for (int i = 0; i < count; i++) {
      var tensor = tensor(reader);
      if (tensors.put(tensor.name(), tensor) != null) {
        throw reader.broken("the tensor %s appears twice".formatted(tensor.name()));
      }
    }
    long data = (reader.position() + alignment - 1) / alignment * alignment;
    for (var entry : tensors.entrySet()) {
      var tensor = entry.getValue();
      if (tensor.offset() < 0 || tensor.offset() % alignment != 0) {
        throw reader.broken(
            "tensor %s starts at %s, no multiple of %d"
                .formatted(tensor.name(), Long.toUnsignedString(tensor.offset()), alignment));
      }
      if (tensor.offset() > bytes.byteSize() - data
          || tensor.bytes() > bytes.byteSize() - data - tensor.offset()) {
        throw new CheckpointException(
            file,
            "is truncated: tensor %s has %d bytes from byte %d of its data on, the file has %d in all"
                .formatted(tensor.name(), tensor.bytes(), tensor.offset(), bytes.byteSize()));
      }
      entry.setValue(
          new GgufTensor(tensor.name(), tensor.type(), tensor.shape(), data + tensor.offset()));
    }
  }

  private GgufTensor tensor(GgufReader reader) {
    var name = reader.name("a tensor's name");
    int dimensions = reader.u32("the dimensions of " + name);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw reader.broken("tensor %s has %d dimensions".formatted(name, dimensions));
    }
    var shape = new Long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) {
      shape[i] = reader.u64("the shape of " + name);
    }
    int id = reader.u32("the type of " + name);
    var type =
        GgufType.of(id)
            .orElseThrow(() ->
                new CheckpointException(
                    file,
                    "tensor %s has the type number %d; read are %s"
                        .formatted(name, id, List.of(GgufType.values()))));
    var tensor = new GgufTensor(name, type, List.of(shape), reader.u64("the offset of " + name));
    checkShape(reader, tensor);
    return tensor;
  }

  private static void checkShape(GgufReader reader, GgufTensor tensor) {
    long columns = tensor.shape().getLast();
    try {
      if (tensor.shape().stream().allMatch(size -> size > 0)
          && columns % tensor.type().blockElements() == 0
          && tensor.bytes() > 0) {
        return;
      }
    } catch (ArithmeticException _) {
      // more elements than a long can count
    }
    throw reader.broken(
        "tensor %s has the impossible shape %s for %s"
            .formatted(tensor.name(), tensor.shape(), tensor.type()));
  }

  public Path file() {
    return file;
  }

  /// What the file holds, for people: its architecture, types of tensors, and small metadata.
  public Map<String, Object> description() {
    var description = new LinkedHashMap<String, Object>();
    description.put("format", "gguf");
    description.put("parameters", tensors.values().stream().mapToLong(GgufTensor::elements).sum());
    description.put("types", counts());
    description.put("bytes", bytes.byteSize());
    var values = new LinkedHashMap<String, Object>(metadata);
    values.replaceAll((_, value) ->
        value instanceof List<?> list && list.size() > 8 ? "a list of " + list.size() : value);
    description.put("metadata", values);
    return description;
  }

  private Map<GgufType, Long> counts() {
    var counts = new EnumMap<GgufType, Long>(GgufType.class);
    tensors.values().forEach(tensor -> counts.merge(tensor.type(), 1L, Long::sum));
    return counts;
  }

  /// Names of all tensors, in the order of the file.
  public List<String> tensorNames() {
    return List.copyOf(tensors.keySet());
  }

  Optional<GgufTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  Optional<Object> value(String key) {
    return Optional.ofNullable(metadata.get(key));
  }

  /// A text of the metadata.
  Optional<String> text(String key) {
    return value(key).filter(String.class::isInstance).map(String.class::cast);
  }

  /// A whole number of the metadata.
  Optional<Long> whole(String key) {
    return value(key).filter(Long.class::isInstance).map(Long.class::cast);
  }

  /// A number of the metadata.
  Optional<Double> number(String key) {
    return value(key).filter(Number.class::isInstance).map(n -> ((Number) n).doubleValue());
  }

  boolean flag(String key, boolean otherwise) {
    return value(key).map(Boolean.TRUE::equals).orElse(otherwise);
  }

  /// A list of the metadata, empty where there is none.
  List<?> list(String key) {
    return metadata.get(key) instanceof List<?> values ? values : List.of();
  }

  /// Hands the tensor's elements over as floats, in rows or smaller pieces.
  ///
  /// @throws CheckpointException if an element is not finite
  void read(GgufTensor tensor, Consumer<FloatBuffer> target) {
    var type = tensor.type();
    long blocks = tensor.elements() / type.blockElements();
    int atOnce = RUN / type.blockElements();
    var floats = new float[RUN];
    for (long done = 0; done < blocks; done += atOnce) {
      int count = (int) Math.min(atOnce, blocks - done);
      var in = bytes(tensor.offset() + done * type.blockBytes(), count * type.blockBytes());
      for (int i = 0; i < count; i++) {
        type.block(in, i * type.blockBytes(), floats, i * type.blockElements());
      }
      int length = count * type.blockElements();
      requireFinite(tensor, floats, length, done * type.blockElements());
      target.accept(FloatBuffer.wrap(floats, 0, length));
    }
  }

  private ByteBuffer bytes(long from, int length) {
    return bytes.asSlice(from, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void requireFinite(GgufTensor tensor, float[] values, int length, long first) {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            file, "tensor %s: element %d is %s".formatted(tensor.name(), first + i, values[i]));
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
