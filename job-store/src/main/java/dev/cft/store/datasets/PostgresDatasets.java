package dev.cft.store.datasets;

import dev.cft.store.Columns;
import dev.cft.store.Page;
import dev.cft.store.RandomId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/// [Datasets] in Postgres, a row as one JSON value.
final class PostgresDatasets implements Datasets {
  /// Our choice: rows read at a time where all are read; a row is a few kB at most.
  private static final int PAGE = 500;

  private static final String INSERT =
      """
      insert into datasets (id, name, lineage, created_at) values (:id, :name, :lineage::json, :now)
      on conflict (id) do nothing
      """;

  private static final String COLUMNS =
      "d.id, d.name, d.complete, d.hash, d.lineage, d.created_at, d.rows";

  private static final String FIND =
      "select %s from datasets d where d.id = :id".formatted(COLUMNS);

  private static final String LIST_NEWEST_FIRST =
      """
      select %s from datasets d
      where :after::text is null or d.ordinal < (select a.ordinal from datasets a where a.id = :after)
      order by d.ordinal desc limit :limit
      """
          .formatted(COLUMNS);

  private static final String LIST_OLDEST_FIRST =
      LIST_NEWEST_FIRST.replace("d.ordinal <", "d.ordinal >").replace("ordinal desc", "ordinal");

  /// Who adds rows or completes excludes others who do: rows are counted as they come, and writers
  /// of one dataset at the same time are rare (a worker that lost its job and does not know yet).
  private static final String LOCK =
      "select complete from datasets where id = :id for no key update";

  /// `xmax` is 0 for a row that is new.
  private static final String APPEND =
      """
      with written as (
        insert into dataset_rows (dataset_id, seq, row)
        select :id, seq, row::json from unnest(:seqs::bigint[], :rows::text[]) as new(seq, row)
        on conflict (dataset_id, seq) do nothing
        returning xmax = 0 as is_new),
      counted as (
        select count(*) filter (where is_new) as added from written)
      update datasets set rows = rows + added from counted where id = :id
      returning added
      """;

  private static final String REPLACE =
      APPEND.replace("do nothing", "do update set row = excluded.row");

  private static final String COMPLETE =
      "update datasets set complete = true, rows = :rows, hash = :hash where id = :id";

  private static final String ROWS =
      "select row from dataset_rows where dataset_id = :id and seq > :after order by seq limit :limit";

  private static final String SEQS = "select seq from dataset_rows where dataset_id = :id";

  private static final String DELETE = "delete from datasets where id = :id";

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final InstantSource clock;

  PostgresDatasets(JdbcClient jdbc, TransactionOperations transactions, InstantSource clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Dataset create(@Nullable String id, String name, JsonNode lineage) {
    var chosen = id == null ? RandomId.next("ds-") : id;
    jdbc.sql(INSERT)
        .param("id", chosen)
        .param("name", Columns.text(name))
        .param("lineage", Columns.json(lineage))
        .param("now", Columns.at(clock.instant()))
        .update();
    return found(chosen);
  }

  @Override
  public int append(String id, List<DatasetRow> rows) {
    return write(APPEND, id, rows);
  }

  @Override
  public void replace(String id, List<DatasetRow> rows) {
    write(REPLACE, id, rows);
  }

  @Override
  public Dataset complete(String id) {
    return inTransaction(() -> {
      if (!lockedIsComplete(id)) {
        var hash = new DatasetHash();
        iterate(id).forEachRemaining(hash::add);
        jdbc.sql(COMPLETE)
            .param("id", id)
            .param("rows", hash.rows())
            .param("hash", hash.hex())
            .update();
      }
      return found(id);
    });
  }

  @Override
  public Optional<Dataset> find(String id) {
    return jdbc.sql(FIND).param("id", id).query(PostgresDatasets::dataset).optional();
  }

  @Override
  public Page<Dataset> list(@Nullable String after, int limit, boolean newestFirst) {
    if (after != null && find(after).isEmpty()) {
      throw new IllegalArgumentException("no dataset '%s' to list after".formatted(after));
    }
    var rows =
        jdbc.sql(newestFirst ? LIST_NEWEST_FIRST : LIST_OLDEST_FIRST)
            .param("after", after)
            .param("limit", limit + 1)
            .query(PostgresDatasets::dataset)
            .list();
    return Page.of(rows, limit);
  }

  @Override
  public List<DatasetRow> rows(String id, long afterSeq, int limit) {
    return jdbc.sql(ROWS)
        .param("id", id)
        .param("after", afterSeq)
        .param("limit", limit)
        .query((row, n) -> Columns.read(row, "row", DatasetRow.class))
        .list();
  }

  @Override
  public Iterator<DatasetRow> iterateAfter(String id, long afterSeq) {
    return new PagedRows(after -> rows(id, after, PAGE), afterSeq);
  }

  @Override
  public Set<Long> writtenSeqs(String id) {
    return jdbc.sql(SEQS).param("id", id).query((row, n) -> row.getLong("seq")).set();
  }

  @Override
  public boolean delete(String id) {
    return jdbc.sql(DELETE).param("id", id).update() > 0;
  }

  private int write(String sql, String id, List<DatasetRow> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    return inTransaction(() -> {
      if (lockedIsComplete(id)) {
        throw new IllegalStateException(
            "dataset %s is complete; its rows cannot change".formatted(id));
      }
      return jdbc.sql(sql)
          .param("id", id)
          .param("seqs", rows.stream().map(DatasetRow::seq).toArray(Long[]::new))
          .param("rows", rows.stream().map(Columns::json).toArray(String[]::new))
          .query(Integer.class)
          .single();
    });
  }

  private boolean lockedIsComplete(String id) {
    return jdbc.sql(LOCK)
        .param("id", id)
        .query(Boolean.class)
        .optional()
        .orElseThrow(() -> missing(id));
  }

  private Dataset found(String id) {
    return find(id).orElseThrow(() -> missing(id));
  }

  private <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(status -> work.get());
  }

  private static NoSuchElementException missing(String id) {
    return new NoSuchElementException("no dataset '%s'".formatted(id));
  }

  private static Dataset dataset(ResultSet row, int number) throws SQLException {
    return new Dataset(
        row.getString("id"),
        row.getString("name"),
        row.getLong("rows"),
        row.getBoolean("complete"),
        row.getString("hash"),
        Columns.read(row, "lineage", JsonNode.class),
        Columns.instant(row, "created_at"));
  }
}
