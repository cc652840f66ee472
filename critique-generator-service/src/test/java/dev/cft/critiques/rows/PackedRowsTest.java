package dev.cft.critiques.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.cft.store.parquet.ParquetColumn;
import dev.cft.store.parquet.ParquetFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PackedRowsTest {
  private static final byte[] LINES =
      "{\"question\":\"ä\"}\n{\"question\":\"b\"}\n".repeat(500).getBytes(StandardCharsets.UTF_8);

  private static List<RawRow> read(byte[] file) {
    try (var rows = RawRows.of(new ByteArrayInputStream(file), RowLimits.USUAL)) {
      var all = new ArrayList<RawRow>();
      rows.forEachRemaining(all::add);
      return all;
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void gzip_and_zstd_are_seen_by_their_first_bytes() throws IOException {
    var plain = read(LINES);

    assertThat(plain).hasSize(1000);
    assertThat(read(gzip(LINES))).isEqualTo(plain);
    assertThat(read(Zstd.compress(LINES))).isEqualTo(plain);
  }

  @Test
  void a_damaged_packing_is_told_with_its_line() throws IOException {
    var whole = gzip(LINES);
    var cut = Arrays.copyOf(whole, whole.length - 20);
    var zstd = Zstd.compress(LINES);

    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(RowFormatException.class)
        .hasMessageContaining("cannot be unpacked");
    assertThatThrownBy(() -> read(Arrays.copyOf(zstd, zstd.length - 5)))
        .isInstanceOf(RowFormatException.class)
        .hasMessageContaining("cannot be unpacked");
  }

  @Test
  void parquet_rows_are_json_objects_with_nulls() throws IOException {
    var columns = new LinkedHashMap<String, ParquetColumn.Type>();
    columns.put("question", ParquetColumn.Type.TEXT);
    columns.put("level", ParquetColumn.Type.INT64);
    var bytes = new ByteArrayOutputStream();
    try (var file = new ParquetFile(bytes, columns)) {
      file.add(Arrays.asList("ä?", 3L));
      file.add(Arrays.asList("b?", null));
    }

    var rows = read(bytes.toByteArray());

    assertThat(rows.getFirst().json()).hasToString("{\"question\":\"ä?\",\"level\":3}");
    assertThat(rows.getLast().json()).hasToString("{\"question\":\"b?\",\"level\":null}");
    assertThatThrownBy(() -> read("PAR1 and no more".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RowFormatException.class)
        .hasMessageContaining("is no Parquet that can be read");
  }
}
