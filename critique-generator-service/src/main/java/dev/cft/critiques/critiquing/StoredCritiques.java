package dev.cft.critiques.critiquing;

import dev.cft.store.Columns;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Critiques that were paid for, by what they depend on ([Commission#key]). A job's text stays in
/// the dataset that it was made for; here is only where. A client's is here.
@Component
class StoredCritiques {
  private static final String FIND =
      """
      select s.key, s.dataset_id, r.row from stored_critiques s
      join dataset_rows r on r.dataset_id = s.dataset_id and r.seq = s.seq
      where s.key = any(:keys)
      union all
      select key, 'clients', row from client_critiques where key = any(:keys)
      """;

  private static final String ADD =
      """
      insert into stored_critiques (key, dataset_id, seq)
      select key, :dataset, seq from unnest(:keys::bytea[], :seqs::bigint[]) as new(key, seq)
      on conflict (key) do update set dataset_id = excluded.dataset_id, seq = excluded.seq
      """;

  private static final String ADD_OF_CLIENTS =
      """
      insert into client_critiques (key, row, created_at)
      select key, row::json, :at from unnest(:keys::bytea[], :rows::text[]) as new(key, row)
      on conflict (key) do update set row = excluded.row, created_at = excluded.created_at
      """;

  private static final String FORGET_OF_CLIENTS =
      "delete from client_critiques where created_at < :before";

  private final JdbcClient jdbc;

  StoredCritiques(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// A critique and the dataset that it is in; `clients` where a client asked for it.
  record Found(String dataset, DatasetRow row) {}

  /// A client's question and what came of it.
  record Answered(Commission commission, DatasetRow row) {}

  /// What is stored of these, by the commission's `seq`.
  Map<Long, Found> find(Collection<Commission> commissions) {
    var byKey = new HashMap<String, List<Commission>>();
    for (var each : commissions) {
      byKey.computeIfAbsent(hex(each.key()), _ -> new ArrayList<>()).add(each);
    }
    var found = new HashMap<Long, Found>();
    if (byKey.isEmpty()) {
      return found;
    }
    jdbc.sql(FIND)
        .param("keys", byKey.keySet().stream().map(HexFormat.of()::parseHex).toArray(byte[][]::new))
        .query((row, _) -> {
          var stored =
              new Found(row.getString("dataset_id"), Columns.read(row, "row", DatasetRow.class));
          if (stored.row().outcome().status() == Status.OK) {
            byKey
                .getOrDefault(hex(row.getBytes("key")), List.of())
                .forEach(each -> found.put(each.seq(), stored));
          }
          return stored;
        })
        .list();
    return found;
  }

  /// Notes where they are now; the same key twice in a call is refused by Postgres, so the caller's
  /// keys are made unique here.
  void add(String dataset, List<Commission> commissions) {
    var unique = new HashMap<String, Long>();
    commissions.forEach(each -> unique.put(hex(each.key()), each.seq()));
    if (unique.isEmpty()) {
      return;
    }
    // in one order, so that two jobs that write the same keys do not wait for each other crosswise
    var keys = unique.keySet().stream().sorted().toList();
    jdbc.sql(ADD)
        .param("dataset", dataset)
        .param("keys", keys.stream().map(HexFormat.of()::parseHex).toArray(byte[][]::new))
        .param("seqs", keys.stream().map(unique::get).toArray(Long[]::new))
        .update();
  }

  /// Keeps what clients paid for.
  void addOfClients(List<Answered> answers, Instant now) {
    var unique = new TreeMap<String, DatasetRow>();
    answers.forEach(each -> unique.put(hex(each.commission().key()), each.row()));
    if (unique.isEmpty()) {
      return;
    }
    jdbc.sql(ADD_OF_CLIENTS)
        .param("at", Columns.at(now))
        .param(
            "keys", unique.keySet().stream().map(HexFormat.of()::parseHex).toArray(byte[][]::new))
        .param("rows", unique.values().stream().map(Columns::json).toArray(String[]::new))
        .update();
  }

  /// Forgets what clients paid for before then.
  void forgetOfClients(Instant before) {
    jdbc.sql(FORGET_OF_CLIENTS).param("before", Columns.at(before)).update();
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
