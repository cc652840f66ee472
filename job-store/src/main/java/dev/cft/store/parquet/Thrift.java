package dev.cft.store.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes structs in Thrift's compact protocol, as far as Parquet's metadata needs it
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
final class Thrift {
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int lastField;

  private void header(int field, int type) {
    out.write((field - lastField) << 4 | type);
    lastField = field;
  }

  private void varint(long value) {
    var left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  Thrift i32(int field, int value) {
    header(field, I32);
    varint(zigzag(value));
    return this;
  }

  Thrift i64(int field, long value) {
    header(field, I64);
    varint(zigzag(value));
    return this;
  }

  Thrift text(int field, String value) {
    header(field, BINARY);
    bytes(value);
    return this;
  }

  private void bytes(String value) {
    var bytes = value.getBytes(StandardCharsets.UTF_8);
    varint(bytes.length);
    out.writeBytes(bytes);
  }

  Thrift struct(int field, Thrift value) {
    header(field, STRUCT);
    out.writeBytes(value.end());
    return this;
  }

  Thrift structs(int field, Iterable<Thrift> values) {
    var count = 0;
    var all = new ByteArrayOutputStream();
    for (var value : values) {
      all.writeBytes(value.end());
      count++;
    }
    listHeader(field, count, STRUCT);
    out.writeBytes(all.toByteArray());
    return this;
  }

  Thrift i32s(int field, int... values) {
    listHeader(field, values.length, I32);
    for (var value : values) {
      varint(zigzag(value));
    }
    return this;
  }

  Thrift texts(int field, String... values) {
    listHeader(field, values.length, BINARY);
    for (var value : values) {
      bytes(value);
    }
    return this;
  }

  private void listHeader(int field, int size, int type) {
    header(field, LIST);
    if (size < 15) {
      out.write(size << 4 | type);
    } else {
      out.write(0xF0 | type);
      varint(size);
    }
  }

  /// The struct's bytes, its end included.
  byte[] end() {
    out.write(0);
    return out.toByteArray();
  }
}
