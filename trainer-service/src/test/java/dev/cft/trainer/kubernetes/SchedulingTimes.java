package dev.cft.trainer.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/// When jobs of a measurement were submitted, seen to run and seen to end.
final class SchedulingTimes {
  private final Map<JobId, Long> submitted = new ConcurrentHashMap<>();
  private final Map<JobId, Long> started = new ConcurrentHashMap<>();
  private final Map<JobId, Long> ended = new ConcurrentHashMap<>();
  private final AtomicInteger failed = new AtomicInteger();

  void submitted(JobId job) {
    submitted.put(job, System.nanoTime());
  }

  void runs(JobId job) {
    started.putIfAbsent(job, System.nanoTime());
  }

  void ended(JobId job, int exit) {
    runs(job);
    if (exit != 0) {
      failed.incrementAndGet();
    }
    ended.put(job, System.nanoTime());
  }

  int ended() {
    return ended.size();
  }

  /// What came of it.
  ///
  /// @param places for jobs of this size
  ObjectNode report(int places) {
    List<Double> waits = new ArrayList<>();
    submitted.forEach((job, when) -> waits.add(seconds(when, requireNonNull(started.get(job)))));
    waits.sort(Double::compare);
    long start = submitted.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    long lastStart = last(started);
    double starting = seconds(start, lastStart);
    return StoreJson.mapper()
        .createObjectNode()
        .put("jobs", submitted.size())
        .put("failed", failed.get())
        .put("submitted_after_s", rounded(seconds(start, last(submitted))))
        .put("all_started_after_s", rounded(starting))
        .put("started_per_s", rounded(submitted.size() / starting))
        .put("all_ended_after_s", rounded(seconds(start, last(ended))))
        .put("wait_first_s", rounded(waits.getFirst()))
        .put("wait_median_s", rounded(waits.get(waits.size() / 2)))
        .put("wait_last_s", rounded(waits.getLast()))
        .put("idle_percent", rounded(100 * (1 - busy(lastStart) / (places * starting))));
  }

  /// Seconds of all jobs together, up to when no more work waited.
  private double busy(long until) {
    return started.entrySet().stream()
        .mapToDouble(entry ->
            Math.max(
                0,
                seconds(
                    entry.getValue(), Math.min(requireNonNull(ended.get(entry.getKey())), until))))
        .sum();
  }

  private static long last(Map<JobId, Long> times) {
    return times.values().stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
