package dev.cft.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Read back by hardwood.
class ParquetFileTest {
  @TempDir Path folder;

  @Test
  void rows_of_several_groups_are_read_back_with_their_nulls() throws Exception {
    var file = folder.resolve("rows.parquet");
    var schema = new LinkedHashMap<String, ParquetColumn.Type>();
    schema.put("n", ParquetColumn.Type.INT64);
    schema.put("x", ParquetColumn.Type.DOUBLE);
    schema.put("text", ParquetColumn.Type.TEXT);
    var rows = 4321;
    try (var out = Files.newOutputStream(file);
        var parquet = new ParquetFile(out, schema)) {
      for (var i = 0; i < rows; i++) {
        parquet.add(
            Arrays.asList(
                (long) i, i % 3 == 0 ? null : i / 7.0, i % 2 == 0 ? null : "Zeile " + i + " – ü"));
      }
    }

    try (var reader = ParquetFileReader.open(InputFile.of(file));
        var read = reader.rowReader()) {
      for (var i = 0; i < rows; i++) {
        assertThat(read.hasNext()).isTrue();
        read.next();
        assertThat(read.getLong("n")).isEqualTo(i);
        assertThat(read.isNull("x")).isEqualTo(i % 3 == 0);
        if (i % 3 != 0) {
          assertThat(read.getDouble("x")).isEqualTo(i / 7.0);
        }
        assertThat(read.isNull("text")).isEqualTo(i % 2 == 0);
        if (i % 2 != 0) {
          assertThat(read.getString("text")).isEqualTo("Zeile " + i + " – ü");
        }
      }
      assertThat(read.hasNext()).isFalse();
    }
  }

  @Test
  void a_file_without_rows_is_a_file() throws Exception {
    var file = folder.resolve("none.parquet");
    try (var out = Files.newOutputStream(file);
        var parquet = new ParquetFile(out, Map.of("n", ParquetColumn.Type.INT64))) {
      assertThat(parquet).isNotNull();
    }

    try (var reader = ParquetFileReader.open(InputFile.of(file));
        var read = reader.rowReader()) {
      assertThat(read.hasNext()).isFalse();
    }
  }
}
