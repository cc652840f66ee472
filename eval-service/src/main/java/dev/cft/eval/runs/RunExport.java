package dev.cft.eval.runs;

import dev.cft.eval.evals.ItemSets;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// A run's output items with what they were about, a page at a time.
@Component
public class RunExport {
  private static final int PAGE = 500;

  private final Runs runs;
  private final ItemSets sets;

  RunExport(Runs runs, ItemSets sets) {
    this.runs = runs;
    this.sets = sets;
  }

  /// An output item beside its item.
  ///
  /// @param seq the sample's place in the run
  /// @param item null where it is gone
  public record Row(long seq, @Nullable JsonNode item, OutputItem output) {}

  /// The first page; empty where nothing is written.
  public List<Row> first(Run run) {
    return page(run, null);
  }

  /// The page after a page that is not empty.
  public List<Row> after(Run run, List<Row> page) {
    return page(run, page.getLast().seq());
  }

  private List<Row> page(Run run, @Nullable Long after) {
    var outputs = runs.items(run.id(), ItemFilter.ALL, after, PAGE, false).data();
    var places = outputs.stream().map(OutputItem::itemSeq).distinct().toList();
    var values = new HashMap<Long, JsonNode>();
    sets.read(run.itemSet(), places).forEach(item -> values.put(item.seq(), item.value()));
    return outputs.stream().map(o -> new Row(o.seq(), values.get(o.itemSeq()), o)).toList();
  }
}
