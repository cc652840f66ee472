package dev.cft.lm.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive built in memory: a stored zip of source text and one pickled module.
///
/// Layout and pickle opcodes as in PyTorch 2.7 `torch/csrc/jit/serialization` (import_source.cpp,
/// unpickler.cpp).
final class TorchArchive {
  private static final String ROOT = "module/";

  private TorchArchive() {}

  /// Bytes that PyTorch loads as one module of `className`, with the given attributes (`Long`,
  /// `Double`, `Boolean`, an empty list).
  static byte[] of(String source, String className, Map<String, Object> attributes) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "data.pkl", pickledModule(className, attributes));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    var entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] pickledModule(String className, Map<String, Object> attributes)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\n" + className + "\n");
    out.writeBytes(")\u0081}(");
    for (var attribute : attributes.entrySet()) {
      text(out, attribute.getKey());
      value(out, attribute.getValue());
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    switch (value) {
      case Long number -> {
        out.writeByte('J');
        out.writeInt(Integer.reverseBytes(Math.toIntExact(number)));
      }
      case Double number -> {
        out.writeByte('G');
        out.writeDouble(number);
      }
      case List<?> list when list.isEmpty() -> out.writeByte(']');
      case Boolean truth -> out.writeByte(truth ? 0x88 : 0x89);
      default -> throw new IllegalArgumentException("No pickle form for " + value.getClass());
    }
  }
}
