package dev.cft.critiques.files;

import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RawRow;
import dev.cft.critiques.rows.RawRows;
import dev.cft.critiques.rows.RowFormatException;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.critiques.rows.RowParser;
import dev.cft.service.errors.ApiException;
import java.io.InputStream;
import org.springframework.stereotype.Component;

/// Reads an upload to its end and refuses the first row that is not as its purpose wants it.
@Component
class UploadCheck {
  private final RowParser parser = new RowParser(FieldMapping.NONE);
  private final RowLimits limits;

  UploadCheck(RowLimits limits) {
    this.limits = limits;
  }

  /// Checks a file's rows.
  ///
  /// @throws ApiException naming file, line and field
  void check(String filename, InputStream content, Purpose purpose) {
    try (var rows = RawRows.of(content, limits)) {
      if (purpose != Purpose.USER_DATA && !rows.isPlainText()) {
        throw new RowFormatException(
            0,
            null,
            "Only files of the purpose user_data may be packed or in Parquet; make a dataset of it");
      }
      rows.forEachRemaining(row -> check(row, purpose));
    } catch (RowFormatException e) {
      throw ApiException.badRequest(
          "invalid_file",
          "%s: %s. Nothing was stored.".formatted(filename, e.getMessage()),
          "file");
    }
  }

  private void check(RawRow row, Purpose purpose) {
    switch (purpose) {
      case FINE_TUNE -> parser.parse(row);
      case EVALS -> {
        if (row.json().has("question")) {
          parser.parse(row);
        }
      }
      case USER_DATA -> {}
    }
  }
}
