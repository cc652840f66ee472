package dev.cft.store.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One column of a row group: values that may be null, plainly encoded.
public final class ParquetColumn {
  /// The physical types that we write, with their numbers in Parquet's `Type`.
  public enum Type {
    INT64(2),
    DOUBLE(5),
    /// UTF-8 text.
    TEXT(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  private final String name;
  private final Type type;
  private final List<Boolean> present = new ArrayList<>();
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();

  ParquetColumn(String name, Type type) {
    this.name = name;
    this.type = type;
  }

  String name() {
    return name;
  }

  Type type() {
    return type;
  }

  int count() {
    return present.size();
  }

  void add(@Nullable Object value) {
    present.add(value != null);
    switch (value) {
      case null -> {}
      case Long number -> values.writeBytes(littleEndian(8).putLong(number).array());
      case Double number -> values.writeBytes(littleEndian(8).putDouble(number).array());
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        values.writeBytes(littleEndian(4).putInt(bytes.length).array());
        values.writeBytes(bytes);
      }
      default -> throw new IllegalArgumentException("no column has " + value.getClass());
    }
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Definition levels (1 where there is a value), then the values.
  byte[] page() {
    var levels = levels();
    var page = ByteBuffer.allocate(4 + levels.length + values.size());
    page.order(ByteOrder.LITTLE_ENDIAN).putInt(levels.length).put(levels);
    page.put(values.toByteArray());
    return page.array();
  }

  /// Runs of equal levels, in the RLE half of Parquet's hybrid encoding; one bit takes one byte.
  private byte[] levels() {
    var out = new ByteArrayOutputStream();
    for (var from = 0; from < present.size(); ) {
      var to = from;
      while (to < present.size() && present.get(to).equals(present.get(from))) {
        to++;
      }
      for (var left = (to - from) << 1; ; left >>>= 7) {
        if ((left & ~0x7F) == 0) {
          out.write(left);
          break;
        }
        out.write((left & 0x7F) | 0x80);
      }
      out.write(present.get(from) ? 1 : 0);
      from = to;
    }
    return out.toByteArray();
  }
}
