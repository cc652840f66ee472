package dev.cft.gateway.jobs;

import dev.cft.service.errors.ApiException;
import dev.cft.service.history.Closing;
import dev.cft.store.jobs.Jobs;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/// Holds an answer back until it would differ from what the client knows.
@Component
class LongPoll {
  /// Our choice: proxies commonly give up on a silent answer after 60 s.
  static final Duration MOST = Duration.ofSeconds(60);

  /// How soon a waiting request notices that the gateway stops.
  private static final Duration SLICE = Duration.ofSeconds(1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s|m)?");

  private final Jobs jobs;
  private final Closing closing;

  LongPoll(Jobs jobs, Closing closing) {
    this.jobs = jobs;
    this.closing = closing;
  }

  /// Reads `wait=30s`, also `500ms`, `1m` and plain seconds.
  static Duration duration(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Duration.ZERO;
    }
    var matcher = FORM.matcher(text);
    if (matcher.matches()) {
      var number = Long.parseLong(matcher.group(1));
      var wait =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case null, default -> Duration.ofSeconds(number);
          };
      if (wait.compareTo(MOST) <= 0) {
        return wait;
      }
    }
    throw ApiException.badRequest(
        "invalid_value",
        "'wait' must be a time up to %ds such as 30s or 500ms, was '%s'."
            .formatted(MOST.toSeconds(), text),
        "wait");
  }

  /// Reads at once, and again after each change until its tag is another one or the time is over.
  ///
  /// @param settled true of what never changes again: it is not waited for
  <T> Read<T> read(Supplier<T> source, Function<T, String> tag, Predicate<T> settled, Known known)
      throws InterruptedException {
    var deadline = System.nanoTime() + known.patience().toNanos();
    var old = known.tags();
    while (true) {
      var since = jobs.changeCount();
      var read = new Read<>(source.get(), tag, known.tags());
      old = old == null ? read.tag() : old;
      if (!Tags.isKnown(old, read.tag())
          || settled.test(read.value())
          || !changes(since, deadline)) {
        return read;
      }
    }
  }

  /// False when the time is over or the gateway stops.
  private boolean changes(long since, long deadline) throws InterruptedException {
    while (!closing.hasBegun()) {
      var left = Duration.ofNanos(deadline - System.nanoTime());
      if (!left.isPositive()) {
        return false;
      }
      jobs.awaitChange(since, left.compareTo(SLICE) < 0 ? left : SLICE);
      if (jobs.changeCount() > since) {
        return true;
      }
    }
    return false;
  }

  /// What the client has and how long it waits for something else.
  ///
  /// @param tags its `If-None-Match`
  record Known(@Nullable String tags, Duration patience) {}

  /// What was read.
  record Read<T>(T value, String tag, @Nullable String known) {
    Read(T value, Function<T, String> tag, @Nullable String known) {
      this(value, tag.apply(value), known);
    }

    /// 304 where the client has it.
    <R> ResponseEntity<R> answer(Function<T, R> body) {
      if (Tags.isKnown(known, tag)) {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(tag).build();
      }
      return ResponseEntity.ok()
          .eTag(tag)
          .cacheControl(CacheControl.noCache().cachePrivate())
          .body(body.apply(value));
    }
  }
}
