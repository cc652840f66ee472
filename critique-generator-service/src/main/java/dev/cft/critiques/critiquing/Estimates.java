package dev.cft.critiques.critiquing;

import dev.cft.critiques.jobs.Inputs;
import java.util.HashMap;
import org.springframework.stereotype.Component;

/// Counts what a critique job would ask for.
@Component
class Estimates {
  private final Inputs inputs;
  private final CritiqueStores stores;

  Estimates(Inputs inputs, CritiqueStores stores) {
    this.inputs = inputs;
    this.stores = stores;
  }

  private static final class Count {
    private long calls;
    private long promptTokens;
  }

  Estimate of(CritiqueTask task) {
    var input = inputs.open(task.spec().input());
    var limit = task.spec().limit();
    var most = limit == null ? input.total() : Math.min(limit, input.total());
    var commissions = new Commissions(input.rows(), most, task, new SeqSet(), stores.critiques());
    var counts = new HashMap<String, Count>();
    var bad = 0L;
    var reused = 0L;
    for (var next = commissions.peek(); next != null; next = commissions.peek()) {
      commissions.take();
      var commission = next.commission();
      if (CritiquedRow.objection(commission.row()) != null) {
        bad++;
      } else if (next.found() != null) {
        reused++;
      } else {
        var count = counts.computeIfAbsent(commission.by().teacher().name(), _ -> new Count());
        count.calls++;
        count.promptTokens += commission.question().promptTokens();
      }
    }
    var parts =
        task.teachers().stream()
            .map(each -> {
              var name = each.teacher().name();
              var count = counts.getOrDefault(name, new Count());
              var factor = task.isBatch() ? each.teacher().settings().batchPriceFactor() : 1;
              return Estimate.Part.of(
                  each, count.calls, count.promptTokens, factor, stores.usages().of(name));
            })
            .toList();
    var badRows = bad / task.perRow();
    return Estimate.of(most - badRows, badRows, reused, parts);
  }
}
