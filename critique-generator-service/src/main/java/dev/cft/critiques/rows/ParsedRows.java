package dev.cft.critiques.rows;

import dev.cft.store.datasets.DatasetRow;
import java.io.InputStream;
import java.util.Iterator;
import java.util.function.Function;

/// A file's rows, parsed as they are taken; closed at their end or when one is malformed.
public final class ParsedRows implements Iterator<DatasetRow> {
  private final RawRows rows;
  private final RowParser parser;
  private final Function<RowFormatException, RuntimeException> fault;

  /// Begins to read.
  ///
  /// @param fault makes what is thrown, here and later, of what is wrong with a row or the file
  public ParsedRows(
      InputStream content,
      FieldMapping mapping,
      RowLimits limits,
      Function<RowFormatException, RuntimeException> fault) {
    this.parser = new RowParser(mapping);
    this.fault = fault;
    try {
      this.rows = RawRows.of(content, limits);
    } catch (RowFormatException e) {
      throw fault.apply(e);
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
      throw fault.apply(e);
    }
  }
}
