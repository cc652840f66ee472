package dev.cft.lm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The header of a safetensors file, checked against the file before anything is believed.
///
/// Format: https://huggingface.co/docs/safetensors (u64 header length, JSON header, contiguous
/// data).
final class Safetensors {
  /// The reference reader's own limit on a header.
  private static final long MAX_HEADER = 100_000_000;

  private Safetensors() {}

  /// All tensors by name, in file order.
  static Map<String, StoredTensor> read(Path file) {
    try (var channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < 8) {
        throw new CheckpointException(
            file, "is " + size + " bytes long, too short for a safetensors file");
      }
      long header = read(channel, 0, 8).getLong();
      if (header < 2 || header > Math.min(MAX_HEADER, size - 8)) {
        throw new CheckpointException(
            file, "says its header has %d bytes, but the file has %d".formatted(header, size));
      }
      var json = Json.object(file, read(channel, 8, (int) header).array());
      return tensors(file, json, 8 + header, size);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "the file is missing", e);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return buffer.flip();
  }

  private static Map<String, StoredTensor> tensors(
      Path file, JsonNode header, long dataStart, long fileSize) {
    var tensors = new ArrayList<StoredTensor>();
    for (var entry : header.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.add(tensor(file, entry.getKey(), entry.getValue(), dataStart));
      }
    }
    tensors.sort(
        Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::length));
    long end = dataStart;
    var byName = new LinkedHashMap<String, StoredTensor>();
    for (var tensor : tensors) {
      if (tensor.offset() != end) {
        throw new CheckpointException(
            file,
            "tensor %s starts at byte %d, expected %d"
                .formatted(tensor.name(), tensor.offset(), end));
      }
      end += tensor.length();
      if (end > fileSize) {
        throw new CheckpointException(
            file,
            "is truncated: tensor %s ends at byte %d of a file of %d"
                .formatted(tensor.name(), end, fileSize));
      }
      byName.put(tensor.name(), tensor);
    }
    if (end != fileSize) {
      throw new CheckpointException(
          file, "has %d bytes after its last tensor".formatted(fileSize - end));
    }
    return byName;
  }

  private static StoredTensor tensor(Path file, String name, JsonNode json, long dataStart) {
    var dtype = json.path("dtype").asString("");
    var type =
        ElementType.named(dtype)
            .orElseThrow(() ->
                new CheckpointException(
                    file,
                    "tensor %s has dtype '%s'; supported: F32, F16, BF16".formatted(name, dtype)));
    var shape = longs(file, name, json, "shape");
    var range = longs(file, name, json, "data_offsets");
    if (range.size() != 2 || range.get(0) > range.get(1)) {
      throw new CheckpointException(file, "tensor %s has data_offsets %s".formatted(name, range));
    }
    long length = range.get(1) - range.get(0);
    if (length != bytes(file, name, shape, type)) {
      throw new CheckpointException(
          file,
          "tensor %s of shape %s and dtype %s cannot have %d bytes"
              .formatted(name, shape, type, length));
    }
    return new StoredTensor(file, name, type, shape, dataStart + range.get(0), length);
  }

  private static long bytes(Path file, String name, List<Long> shape, ElementType type) {
    try {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          file, "tensor %s has the impossible shape %s".formatted(name, shape), e);
    }
  }

  private static List<Long> longs(Path file, String name, JsonNode json, String field) {
    var values = new ArrayList<Long>();
    for (var value : json.path(field)) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw new CheckpointException(file, "tensor %s: %s holds %s".formatted(name, field, value));
      }
      values.add(value.longValue());
    }
    return values;
  }
}
