package dev.cft.critiques.rows;

import dev.cft.store.datasets.DatasetRow;
import java.io.InputStream;
import java.util.Iterator;

/// A file's rows, parsed as they are taken; closed at their end or when one is malformed.
public final class ParsedRows implements Iterator<DatasetRow> {
  private final String name;
  private final RawRows rows;
  private final RowParser parser;

  /// Begins to read.
  ///
  /// @param name of the file, for messages
  /// @throws MalformedRowsException naming line and field, here and later
  public ParsedRows(String name, InputStream content, FieldMapping mapping, RowLimits limits) {
    this.name = name;
    this.parser = new RowParser(mapping);
    try {
      this.rows = RawRows.of(content, limits);
    } catch (RowFormatException e) {
      throw new MalformedRowsException(name, e);
    }
  }

  @Override
  public boolean hasNext() {
    if (rows.hasNext()) {
      return true;
    }
    rows.close();
    return false;
  }

  @Override
  public DatasetRow next() {
    try {
      return parser.parse(rows.next());
    } catch (RowFormatException e) {
      rows.close();
      throw new MalformedRowsException(name, e);
    }
  }
}
