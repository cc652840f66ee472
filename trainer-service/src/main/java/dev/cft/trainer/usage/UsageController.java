package dev.cft.trainer.usage;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// GPU-hours and cost over HTTP.
@RestController
class UsageController {
  private static final int MOST = 1000;

  private final Usage usage;
  private final InstantSource clock;

  UsageController(Usage usage, InstantSource clock) {
    this.usage = usage;
    this.clock = clock;
  }

  /// What a job, or a key's jobs, have had.
  ///
  /// @param id the job's or the key's
  /// @param cost null where the operator has set no price
  record Line(String object, String id, int jobs, BigDecimal gpuHours, @Nullable BigDecimal cost) {
    static Line of(Usage.Share share) {
      return new Line(
          "usage", share.of(), share.jobs(), share.amount().gpuHours(), share.amount().cost());
    }
  }

  /// @param groupBy `job` or `key`
  /// @param startTime seconds since 1970; all time unless given
  /// @param endTime seconds since 1970; now unless given
  @GetMapping("/v1/usage")
  ListResponse<Line> usage(
      @RequestParam(name = "group_by", defaultValue = "job") String groupBy,
      @RequestParam(name = "start_time", defaultValue = "0") long startTime,
      @RequestParam(name = "end_time", required = false) @Nullable Long endTime) {
    if (!List.of("job", "key").contains(groupBy)) {
      throw ApiException.badRequest(
          "invalid_value", "group_by was '%s'; allowed: job, key".formatted(groupBy), "group_by");
    }
    Instant from = Instant.ofEpochSecond(startTime);
    Instant to = endTime == null ? clock.instant() : Instant.ofEpochSecond(endTime);
    if (!from.isBefore(to)) {
      throw ApiException.badRequest(
          "invalid_value",
          "start_time was %s; allowed: a time before end_time, which is %s".formatted(from, to),
          "start_time");
    }
    return ListResponse.whole(
        usage.grouped(groupBy.equals("key"), from, to, MOST).stream().map(Line::of).toList(),
        Line::id);
  }
}
