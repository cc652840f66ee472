package dev.cft.critiques.critiquing;

import dev.cft.store.Columns;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Critiques that were paid for, by what they depend on ([Commission#key]). The text stays in the
/// dataset that it was made for; here is only where.
@Component
class StoredCritiques {
  private static final String FIND =
      """
      select s.key, s.dataset_id, r.row from stored_critiques s
      join dataset_rows r on r.dataset_id = s.dataset_id and r.seq = s.seq
      where s.key = any(:keys)
      """;

  private static final String ADD =
      """
      insert into stored_critiques (key, dataset_id, seq)
      select key, :dataset, seq from unnest(:keys::bytea[], :seqs::bigint[]) as new(key, seq)
      on conflict (key) do update set dataset_id = excluded.dataset_id, seq = excluded.seq
      """;

  private final JdbcClient jdbc;

  StoredCritiques(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// A critique and the dataset that it is in.
  record Found(String dataset, DatasetRow row) {}

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

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
