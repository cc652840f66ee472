package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.LengthsView;
import dev.cft.critiques.datasets.DatasetViews.StatisticsView;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counts rows, seen one by one.
final class Statistics {
  /// Subjects told apart, and shown (our choices): a field of free text would fill the memory.
  private static final int MOST_SUBJECTS = 10_000;

  private static final int SHOWN_SUBJECTS = 200;

  private final Map<String, Long> byStatus = new TreeMap<>();
  private final Map<String, Long> byReason = new TreeMap<>();
  private final Map<String, Long> byVerdict = new TreeMap<>();
  private final Map<String, Long> bySubject = new TreeMap<>();
  private final Map<String, LengthCount> lengths = new LinkedHashMap<>();
  private long rows;
  private long right;
  private long wrong;
  private long compared;
  private long agreed;

  Statistics() {
    for (var field : new String[] {"question", "answer", "response", "critique", "conversation"}) {
      lengths.put(field, new LengthCount());
    }
  }

  void add(DatasetRow row) {
    rows++;
    byStatus.merge(row.outcome().status().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
    var reason = row.outcome().reason();
    if (reason != null && row.outcome().status() == Status.REJECTED) {
      byReason.merge(reason, 1L, Long::sum);
    }
    judge(row);
    length("question", row.question());
    length("answer", row.answer());
    length("response", row.response());
    length("critique", row.critique());
    var messages = row.messages();
    if (messages != null) {
      count("conversation", messages.stream().mapToInt(each -> each.content().length()).sum());
    }
    var subject = row.extra() == null ? "" : row.extra().path("subject").asString("");
    if (!subject.isEmpty()
        && (bySubject.containsKey(subject) || bySubject.size() < MOST_SUBJECTS)) {
      bySubject.merge(subject, 1L, Long::sum);
    }
  }

  private void judge(DatasetRow row) {
    var verdict = row.verdict();
    var correct = row.correct();
    if (verdict != null) {
      byVerdict.merge(verdict.wireName(), 1L, Long::sum);
    }
    if (correct != null) {
      right += correct ? 1 : 0;
      wrong += correct ? 0 : 1;
      if (verdict == Verdict.RIGHT || verdict == Verdict.WRONG) {
        compared++;
        agreed += correct == (verdict == Verdict.RIGHT) ? 1 : 0;
      }
    }
  }

  private void length(String field, @Nullable String text) {
    if (text != null) {
      count(field, text.codePointCount(0, text.length()));
    }
  }

  private void count(String field, int length) {
    lengths.computeIfAbsent(field, _ -> new LengthCount()).add(length);
  }

  StatisticsView view() {
    var shown = new LinkedHashMap<String, LengthsView>();
    var means = new LinkedHashMap<String, Double>();
    lengths.forEach((field, count) -> {
      if (!count.isEmpty()) {
        shown.put(field, count.view());
        means.put(field, count.view().mean());
      }
    });
    return new StatisticsView(
        "dataset.statistics",
        rows,
        byStatus,
        byReason,
        byVerdict,
        right,
        wrong,
        compared,
        compared == 0 ? null : (double) agreed / compared,
        means,
        shown,
        subjects());
  }

  private Map<String, Long> subjects() {
    var most = new LinkedHashMap<String, Long>();
    bySubject.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN_SUBJECTS)
        .forEach(each -> most.put(each.getKey(), each.getValue()));
    return most;
  }
}
