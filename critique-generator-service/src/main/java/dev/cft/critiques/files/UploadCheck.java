package dev.cft.critiques.files;

import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RawRow;
import dev.cft.critiques.rows.RawRows;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.critiques.rows.RowParser;
import java.io.InputStream;

/// Reads an upload to its end and refuses the first row that is not as its purpose wants it.
final class UploadCheck {
  private final RowParser parser = new RowParser(FieldMapping.NONE);
  private final RowLimits limits;

  UploadCheck(RowLimits limits) {
    this.limits = limits;
  }

  /// @throws dev.cft.critiques.rows.RowFormatException naming line and field
  void check(InputStream content, Purpose purpose) {
    try (var rows = RawRows.of(content, limits)) {
      rows.forEachRemaining(row -> check(row, purpose));
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
