package dev.cft.store.jobs;

import dev.cft.store.jobs.JobClaims.Head;
import dev.cft.store.jobs.JobRun.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which running jobs make room for one of higher priority.
final class Victims {
  private Victims() {}

  /// Of the jobs of lower priority those that lose least since they last saved, as many as are
  /// needed; none where room is coming already, or where all of them would not be enough.
  ///
  /// @param busy the jobs that run in this worker
  /// @param total its slots
  static List<HeldJob> of(List<HeldJob> busy, Head head, int total) {
    var taken = busy.stream().mapToInt(held -> held.job().slots()).sum();
    var leaving =
        busy.stream()
            .filter(held -> held.signal() != Signal.GO_ON)
            .mapToInt(held -> held.job().slots())
            .sum();
    return leastLost(busy, head, head.slots() - (total - taken) - leaving);
  }

  private static List<HeldJob> leastLost(List<HeldJob> busy, Head head, int missing) {
    var chosen = new ArrayList<HeldJob>();
    var left = missing;
    for (var held : candidates(busy, head)) {
      if (left > 0) {
        chosen.add(held);
        left -= held.job().slots();
      }
    }
    return left > 0 ? List.of() : withoutSpare(chosen, -left);
  }

  private static List<HeldJob> candidates(List<HeldJob> busy, Head head) {
    return busy.stream()
        .filter(held -> held.signal() == Signal.GO_ON)
        .filter(held -> held.job().priority() < head.priority())
        .sorted(Comparator.comparing(HeldJob::unsaved))
        .toList();
  }

  /// A later one may have made an earlier one unneeded.
  private static List<HeldJob> withoutSpare(List<HeldJob> chosen, int spare) {
    var kept = new ArrayList<HeldJob>();
    var left = spare;
    for (var held : chosen.reversed()) {
      if (held.job().slots() <= left) {
        left -= held.job().slots();
      } else {
        kept.add(held);
      }
    }
    return kept;
  }
}
