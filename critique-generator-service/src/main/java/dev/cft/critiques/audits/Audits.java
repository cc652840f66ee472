package dev.cft.critiques.audits;

import dev.cft.critiques.audits.Audit.Item;
import dev.cft.critiques.audits.Audit.Mark;
import dev.cft.critiques.audits.Audit.Marks;
import dev.cft.store.Columns;
import dev.cft.store.RandomId;
import dev.cft.store.datasets.DatasetRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Audits and their marks in Postgres.
@Component
class Audits {
  /// Rows with a critique, in an order that the seed alone decides.
  private static final String SAMPLE =
      """
      select seq from dataset_rows
      where dataset_id = :dataset and row ->> 'critique' is not null
      order by sha256(convert_to(:seed || ' ' || seq, 'UTF8')), seq
      limit :size
      """;

  private static final String INSERT =
      """
      insert into audits (id, dataset_id, size, seed, seqs, created_at)
      values (:id, :dataset, :size, :seed, :seqs, :now)
      """;

  private static final String SELECT =
      """
      select a.*,
        (select count(distinct seq) from audit_marks m where m.audit_id = a.id) as rows,
        (select count(*) from audit_marks m where m.audit_id = a.id and m.mark = 'agree') as agree,
        (select count(*) from audit_marks m where m.audit_id = a.id and m.mark = 'disagree') as disagree,
        (select count(*) from audit_marks m where m.audit_id = a.id and m.mark = 'unsure') as unsure
      from audits a
      """;

  private static final String FIND = SELECT + "where a.id = :id";

  private static final String LIST =
      SELECT
          + """
          where cast(:after as text) is null or a.ordinal < (select b.ordinal from audits b where b.id = :after)
          order by a.ordinal desc limit :limit
          """;

  private static final String ROWS =
      "select row from dataset_rows where dataset_id = :dataset and seq = any(:seqs)";

  private static final String MARKS =
      "select * from audit_marks where audit_id = :audit and seq = any(:seqs) order by marked_at";

  private static final String MARK =
      """
      insert into audit_marks (audit_id, seq, marked_by, mark, note, marked_at)
      values (:audit, :seq, :by, :mark, :note, :now)
      on conflict (audit_id, seq, marked_by) do update
        set mark = excluded.mark, note = excluded.note, marked_at = excluded.marked_at
      """;

  private final JdbcClient jdbc;
  private final InstantSource clock;

  Audits(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// Draws a sample; the same dataset, size and seed give the same.
  ///
  /// @return empty where no row has a critique
  Optional<Audit> create(String dataset, int size, long seed) {
    var seqs =
        jdbc.sql(SAMPLE)
            .param("dataset", dataset)
            .param("seed", Long.toString(seed))
            .param("size", size)
            .query(Long.class)
            .list();
    if (seqs.isEmpty()) {
      return Optional.empty();
    }
    var id = RandomId.next("audit-");
    jdbc.sql(INSERT)
        .param("id", id)
        .param("dataset", dataset)
        .param("size", seqs.size())
        .param("seed", seed)
        .param("seqs", seqs.toArray(Long[]::new))
        .param("now", Columns.at(clock.instant()))
        .update();
    return find(id);
  }

  Optional<Audit> find(String id) {
    return jdbc.sql(FIND).param("id", id).query(Audits::audit).optional();
  }

  /// The newest first.
  List<Audit> list(@Nullable String after, int limit) {
    return jdbc.sql(LIST).param("after", after).param("limit", limit).query(Audits::audit).list();
  }

  /// Rows of an audit in their order, beginning at a place.
  List<Item> items(Audit audit, int from, int limit) {
    var seqs = audit.seqs().stream().skip(from).limit(limit).toList();
    var wanted = seqs.toArray(Long[]::new);
    var rows = new HashMap<Long, DatasetRow>();
    jdbc.sql(ROWS)
        .param("dataset", audit.dataset())
        .param("seqs", wanted)
        .query((row, _) -> Columns.read(row, "row", DatasetRow.class))
        .list()
        .forEach(row -> rows.put(row.seq(), row));
    var marks = new HashMap<Long, List<Mark>>();
    jdbc.sql(MARKS)
        .param("audit", audit.id())
        .param("seqs", wanted)
        .query((row, _) ->
            marks
                .computeIfAbsent(row.getLong("seq"), _ -> new ArrayList<>())
                .add(
                    new Mark(
                        String.valueOf(row.getString("marked_by")),
                        String.valueOf(row.getString("mark")),
                        row.getString("note"),
                        Columns.instant(row, "marked_at").getEpochSecond())))
        .list();
    return seqs.stream()
        .flatMap(seq -> Optional.ofNullable(rows.get(seq)).stream())
        .map(row -> item(row, marks.getOrDefault(row.seq(), List.of())))
        .toList();
  }

  private static Item item(DatasetRow row, List<Mark> marks) {
    return new Item(
        Long.toString(row.seq()),
        "critique.audit.item",
        row.seq(),
        row.question(),
        row.answer(),
        row.response(),
        row.critique(),
        row.verdict() == null ? null : row.verdict().wireName(),
        row.correct(),
        marks);
  }

  /// Writes what somebody thinks, over what the same person thought before.
  void mark(Audit audit, long seq, String by, String mark, @Nullable String note) {
    jdbc.sql(MARK)
        .param("audit", audit.id())
        .param("seq", seq)
        .param("by", by)
        .param("mark", mark)
        .param("note", note == null ? null : Columns.text(note))
        .param("now", Columns.at(clock.instant()))
        .update();
  }

  private static Audit audit(ResultSet row, int number) throws SQLException {
    return new Audit(
        String.valueOf(row.getString("id")),
        "critique.audit",
        String.valueOf(row.getString("dataset_id")),
        row.getInt("size"),
        row.getLong("seed"),
        Arrays.asList((Long[]) row.getArray("seqs").getArray()),
        Columns.instant(row, "created_at").getEpochSecond(),
        Marks.of(
            row.getLong("rows"),
            row.getLong("agree"),
            row.getLong("disagree"),
            row.getLong("unsure")));
  }
}
