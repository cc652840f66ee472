package dev.cft.critiques.datasets;

import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RawRow;
import dev.cft.critiques.rows.RawRows;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.critiques.rows.RowParser;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.springframework.stereotype.Component;

/// Makes datasets of files and of other datasets. What fails half-way is deleted again.
@Component
class DatasetWrites {
  private static final int BATCH = 500;

  private final Datasets datasets;
  private final StoredFiles files;
  private final RowQueries queries;
  private final RowLimits limits;

  DatasetWrites(Datasets datasets, StoredFiles files, RowQueries queries, RowLimits limits) {
    this.datasets = datasets;
    this.files = files;
    this.queries = queries;
    this.limits = limits;
  }

  /// A file's rows, mapped.
  ///
  /// @throws dev.cft.critiques.rows.RowFormatException naming line and field; nothing is stored
  Dataset ofFile(String name, StoredFile file, FieldMapping mapping) {
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("operation", "import");
    lineage.put("file", file.id());
    lineage.put("file_sha256", file.sha256());
    lineage.put("filename", file.filename());
    if (!mapping.sources().isEmpty()) {
      lineage.put("fields", mapping.sources());
    }
    var parser = new RowParser(mapping);
    try (var rows = RawRows.of(files.open(file.id()), limits)) {
      return write(name, lineage, new Mapped(rows, parser));
    }
  }

  private record Mapped(Iterator<RawRow> rows, RowParser parser) implements Iterator<DatasetRow> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public DatasetRow next() {
      return parser.parse(rows.next());
    }
  }

  /// The rows that pass, numbered anew.
  Dataset filtered(String name, Dataset source, RowFilter filter) {
    var lineage = derived("filter", source);
    lineage.put("filter", filter);
    return write(name, lineage, numbered(new Filtered(source.id(), filter)));
  }

  /// So many rows, drawn without replacement, in their order: which ones depends on the seed alone.
  Dataset sampled(String name, Dataset source, int size, long seed) {
    var lineage = derived("sample", source);
    lineage.put("size", size);
    lineage.put("seed", seed);
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return write(
        name,
        lineage,
        numbered(new Sample(datasets.iterate(source.id()), random, source.rows(), size)));
  }

  private static Map<String, Object> derived(String operation, Dataset source) {
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("operation", operation);
    lineage.put("dataset", source.id());
    lineage.put("dataset_hash", String.valueOf(source.hash()));
    return lineage;
  }

  private Dataset write(String name, Map<String, Object> lineage, Iterator<DatasetRow> rows) {
    var dataset = datasets.create(null, name, StoreJson.object(lineage));
    try {
      var batch = new ArrayList<DatasetRow>(BATCH);
      while (rows.hasNext()) {
        batch.add(rows.next());
        if (batch.size() == BATCH || !rows.hasNext()) {
          datasets.append(dataset.id(), batch);
          batch.clear();
        }
      }
      return datasets.complete(dataset.id());
    } catch (RuntimeException e) {
      datasets.delete(dataset.id());
      throw e;
    }
  }

  private static Iterator<DatasetRow> numbered(Iterator<DatasetRow> rows) {
    return new Iterator<>() {
      private long seq;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public DatasetRow next() {
        return withSeq(rows.next(), seq++);
      }
    };
  }

  private static DatasetRow withSeq(DatasetRow row, long seq) {
    return new DatasetRow(
        seq,
        row.question(),
        row.answer(),
        row.response(),
        row.critique(),
        row.verdict(),
        row.correct(),
        row.messages(),
        row.outcome(),
        row.extra());
  }

  /// The rows that pass a filter, read in pages.
  private final class Filtered implements Iterator<DatasetRow> {
    private final String dataset;
    private final RowFilter filter;
    private Iterator<DatasetRow> page = List.<DatasetRow>of().iterator();
    private long last = -1;
    private boolean isAtEnd;

    Filtered(String dataset, RowFilter filter) {
      this.dataset = dataset;
      this.filter = filter;
    }

    @Override
    public boolean hasNext() {
      if (!page.hasNext() && !isAtEnd) {
        var rows = queries.page(dataset, filter, last, BATCH);
        isAtEnd = rows.size() < BATCH;
        page = rows.iterator();
      }
      return page.hasNext();
    }

    @Override
    public DatasetRow next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      var row = page.next();
      last = row.seq();
      return row;
    }
  }

  /// Selection sampling (Knuth, TAOCP 2, algorithm S): one pass, exact size, order kept.
  private static final class Sample implements Iterator<DatasetRow> {
    private final Iterator<DatasetRow> rows;
    private final RandomGenerator random;
    private long left;
    private long wanted;

    Sample(Iterator<DatasetRow> rows, RandomGenerator random, long total, long wanted) {
      this.rows = rows;
      this.random = random;
      this.left = total;
      this.wanted = Math.min(wanted, total);
    }

    @Override
    public boolean hasNext() {
      return wanted > 0 && rows.hasNext();
    }

    @Override
    public DatasetRow next() {
      while (true) {
        var row = rows.next();
        var isTaken = random.nextDouble() * left < wanted;
        left--;
        if (isTaken) {
          wanted--;
          return row;
        }
      }
    }
  }
}
