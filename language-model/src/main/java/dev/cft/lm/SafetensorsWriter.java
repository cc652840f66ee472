package dev.cft.lm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Writes tensors as one safetensors file.
public final class SafetensorsWriter {
  /// A tensor's elements, handed over in pieces when its turn comes.
  @FunctionalInterface
  public interface Content {
    void writeTo(Consumer<FloatBuffer> sink);
  }

  /// A tensor to write.
  public record Tensor(String name, List<Long> shape, ElementType type, Content content) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    /// An fp32 tensor from its little-endian bytes, which are asked for when its turn comes.
    public Tensor(String name, List<Long> shape, Supplier<ByteBuffer> bytes) {
      this(
          name,
          shape,
          ElementType.F32,
          sink -> sink.accept(bytes.get().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()));
    }

    long length() {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    }
  }

  private SafetensorsWriter() {}

  /// Writes a new file and waits until it is on the disk.
  ///
  /// @throws IOException if that fails; what was written so far is left behind
  public static void write(Path file, List<Tensor> tensors) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] header = header(tensors).getBytes(StandardCharsets.UTF_8);
      writeAll(
          channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length));
      writeAll(channel, ByteBuffer.wrap(header));
      for (var tensor : tensors) {
        new Encoder(channel, tensor).write();
      }
      channel.force(true);
    }
  }

  /// Writes one tensor's elements in its type.
  private static final class Encoder {
    private static final int BLOCK = 1 << 20;

    private final FileChannel channel;
    private final Tensor tensor;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private long written;

    Encoder(FileChannel channel, Tensor tensor) {
      this.channel = channel;
      this.tensor = tensor;
    }

    void write() throws IOException {
      try {
        tensor.content().writeTo(this::accept);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(tensor.name() + ": " + e.getMessage(), e);
      }
      if (written != tensor.length()) {
        throw new IllegalStateException(
            "%s has %d bytes, its shape says %d"
                .formatted(tensor.name(), written, tensor.length()));
      }
    }

    private void accept(FloatBuffer values) {
      while (values.hasRemaining()) {
        int size = Math.min(values.remaining(), BLOCK / tensor.type().bytes());
        tensor.type().fromFloats(values.slice(values.position(), size), block.clear());
        values.position(values.position() + size);
        written += block.flip().remaining();
        try {
          writeAll(channel, block);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String header(List<Tensor> tensors) {
    var json = Json.MAPPER.createObjectNode();
    // transformers refuses a file that does not say which framework's layout it has.
    json.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (var tensor : tensors) {
      var entry = json.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.withArray("shape")::add);
      entry.putArray("data_offsets").add(offset).add(offset + tensor.length());
      offset += tensor.length();
    }
    var text = json.toString();
    // Aligned to eight bytes with spaces, as the reference writer does.
    int padding = (8 - text.getBytes(StandardCharsets.UTF_8).length % 8) % 8;
    return text + " ".repeat(padding);
  }

  /// The parts of a parameter as tensors of their own, cut from its bytes.
  static List<Tensor> parts(Parameter parameter, String prefix, Supplier<ByteBuffer> bytes) {
    var tensors = new ArrayList<Tensor>();
    int offset = 0;
    for (var part : parameter.parts()) {
      int from = offset;
      int length = Math.toIntExact(4 * part.elements());
      tensors.add(
          new Tensor(prefix + part.name(), part.shape(), () -> bytes.get().slice(from, length)));
      offset += length;
    }
    return tensors;
  }
}
