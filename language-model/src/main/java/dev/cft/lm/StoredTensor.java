package dev.cft.lm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// One tensor of a safetensors file: where its bytes are and what they mean.
record StoredTensor(
    Path file, String name, ElementType type, List<Long> shape, long offset, long length) {
  private static final int BLOCK = 1 << 20;

  StoredTensor {
    shape = List.copyOf(shape);
  }

  long elements() {
    return length / type.bytes();
  }

  /// Appends all elements as floats to `target`; NaN and infinity are refused.
  void readInto(FloatBuffer target) {
    forEachBlock(target::put);
  }

  /// Hands all elements over as floats, in pieces; NaN and infinity are refused.
  void forEachBlock(Consumer<FloatBuffer> target) {
    try (var channel = FileChannel.open(file)) {
      var block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
      var floats = FloatBuffer.allocate(BLOCK / type.bytes());
      for (long done = 0; done < length; done += block.limit()) {
        block.clear().limit((int) Math.min(BLOCK, length - done));
        fill(channel, block, offset + done);
        type.toFloats(block.flip(), floats.clear());
        requireFinite(floats.flip(), done / type.bytes());
        target.accept(floats);
      }
    } catch (IOException e) {
      throw new CheckpointException(
          file, "tensor " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void fill(FileChannel channel, ByteBuffer block, long position) throws IOException {
    long at = position;
    while (block.hasRemaining()) {
      int read = channel.read(block, at);
      if (read < 0) {
        throw new CheckpointException(file, "tensor " + name + ": the file ends inside it");
      }
      at += read;
    }
  }

  private void requireFinite(FloatBuffer values, long firstElement) {
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new CheckpointException(
            file, "tensor %s: element %d is %s".formatted(name, firstElement + i, values.get(i)));
      }
    }
  }
}
