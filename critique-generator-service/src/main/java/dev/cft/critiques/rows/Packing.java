package dev.cft.critiques.rows;

import com.github.luben.zstd.ZstdInputStream;
import dev.cft.store.parquet.ParquetRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// How a file is packed, by its first bytes.
final class Packing {
  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] PARQUET = ParquetRows.MAGIC.getBytes(StandardCharsets.US_ASCII);

  private final InputStream bytes;
  private final byte[] first;

  Packing(InputStream content) throws IOException {
    bytes = new BufferedInputStream(content, BUFFER);
    bytes.mark(ZSTD.length);
    first = bytes.readNBytes(ZSTD.length);
    bytes.reset();
  }

  boolean isParquet() {
    return Arrays.equals(first, PARQUET);
  }

  boolean isPacked() {
    return isGzip() || isZstd();
  }

  private boolean isGzip() {
    return first.length >= 2 && first[0] == GZIP[0] && first[1] == GZIP[1];
  }

  private boolean isZstd() {
    return Arrays.equals(first, ZSTD);
  }

  /// The bytes as they were before.
  InputStream plain() throws IOException {
    if (isGzip()) {
      return new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER);
    }
    return isZstd() ? new BufferedInputStream(new ZstdInputStream(bytes), BUFFER) : bytes;
  }
}
