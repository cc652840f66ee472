package dev.cft.store.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Writes a Parquet file of flat, nullable columns: one gzipped page for each column of a row group
/// (https://github.com/apache/parquet-format). Why not a library: ADR 71.
public final class ParquetFile implements AutoCloseable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /// Rows held in memory at once (our choice).
  private static final int GROUP = 2000;

  private static final int PLAIN = 0;
  private static final int RLE = 3;
  private static final int GZIP = 2;
  private static final int OPTIONAL = 1;

  private final OutputStream out;
  private final Map<String, ParquetColumn.Type> schema;
  private final List<Thrift> groups = new ArrayList<>();
  private List<ParquetColumn> columns;
  private long position;
  private long rows;

  /// Begins a file.
  ///
  /// @param schema columns in order
  public ParquetFile(OutputStream out, Map<String, ParquetColumn.Type> schema) throws IOException {
    this.out = out;
    this.schema = schema;
    this.columns = columns();
    write(MAGIC);
  }

  private List<ParquetColumn> columns() {
    return schema.entrySet().stream()
        .map(column -> new ParquetColumn(column.getKey(), column.getValue()))
        .toList();
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  /// Adds a row, values in the order of the schema.
  public void add(List<? extends @Nullable Object> row) throws IOException {
    for (var i = 0; i < columns.size(); i++) {
      columns.get(i).add(row.get(i));
    }
    if (columns.getFirst().count() == GROUP) {
      flush();
    }
  }

  private void flush() throws IOException {
    var count = columns.getFirst().count();
    if (count == 0) {
      return;
    }
    var chunks = new ArrayList<Thrift>();
    var start = position;
    for (var column : columns) {
      chunks.add(chunk(column));
    }
    groups.add(new Thrift().structs(1, chunks).i64(2, position - start).i64(3, count));
    rows += count;
    columns = columns();
  }

  private Thrift chunk(ParquetColumn column) throws IOException {
    var page = column.page();
    var packed = gzip(page);
    var start = position;
    var data = new Thrift().i32(1, column.count()).i32(2, PLAIN).i32(3, RLE).i32(4, RLE);
    var header =
        new Thrift().i32(1, 0).i32(2, page.length).i32(3, packed.length).struct(5, data).end();
    write(header);
    write(packed);
    var meta =
        new Thrift()
            .i32(1, column.type().number())
            .i32s(2, PLAIN, RLE)
            .texts(3, column.name())
            .i32(4, GZIP)
            .i64(5, column.count())
            .i64(6, header.length + page.length)
            .i64(7, header.length + packed.length)
            .i64(9, start);
    return new Thrift().i64(2, start).struct(3, meta);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(packed)) {
      zip.write(bytes);
    }
    return packed.toByteArray();
  }

  /// Writes the footer; the stream stays open.
  @Override
  public void close() throws IOException {
    flush();
    var elements = new ArrayList<Thrift>();
    elements.add(new Thrift().text(4, "schema").i32(5, schema.size()));
    schema.forEach((name, type) -> elements.add(element(name, type)));
    var footer =
        new Thrift()
            .i32(1, 1)
            .structs(2, elements)
            .i64(3, rows)
            .structs(4, groups)
            .text(6, "cft")
            .end();
    write(footer);
    write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array());
    write(MAGIC);
    out.flush();
  }

  private static Thrift element(String name, ParquetColumn.Type type) {
    var element = new Thrift().i32(1, type.number()).i32(3, OPTIONAL).text(4, name);
    return type == ParquetColumn.Type.TEXT ? element.i32(6, 0) : element;
  }
}
