package dev.cft.store.jobs;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// `cft.jobs`: how this process works on jobs. The defaults are our choice: a lost worker is
/// noticed after half a minute, and six renewals must fail before a healthy one loses its lease.
///
/// @param slots jobs of a kind at once; 1 where a kind is not named
/// @param checks jobs of a kind whose input is checked at once, beside the slots: what is wrong
///   with a job is told while all slots are taken
/// @param lease how long a claim holds without renewal
/// @param heartbeat how often it is renewed
/// @param poll how often to look for work where no notification came
/// @param maxAttempts claims in a row without getting further, before a job fails
/// @param retryDelay before the second attempt; doubles with each, up to five minutes
/// @param shutdownWait how long running jobs may take to stop when the process does
/// @param autoStart false leaves the worker to be stepped by hand
@ConfigurationProperties(value = "cft.jobs", ignoreUnknownFields = false)
record JobsProperties(
    @DefaultValue Map<JobKind, Integer> slots,
    @DefaultValue("1") int checks,
    @DefaultValue("30s") Duration lease,
    @DefaultValue("5s") Duration heartbeat,
    @DefaultValue("1s") Duration poll,
    @DefaultValue("5") int maxAttempts,
    @DefaultValue("2s") Duration retryDelay,
    @DefaultValue("20s") Duration shutdownWait,
    @DefaultValue("true") boolean autoStart) {
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

  JobsProperties {
    slots = Map.copyOf(slots);
    if (checks < 1) {
      throw new IllegalArgumentException("cft.jobs.checks must be at least 1, was " + checks);
    }
    if (lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "cft.jobs.lease must be at least twice cft.jobs.heartbeat, was %s and %s"
              .formatted(lease, heartbeat));
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "cft.jobs.max-attempts must be at least 1, was " + maxAttempts);
    }
  }

  int slotsOf(JobKind kind) {
    return slots.getOrDefault(kind, 1);
  }

  /// Before the attempt that follows so many fruitless ones.
  Duration retryDelayAfter(int attempts) {
    var delay = retryDelay.multipliedBy(1L << Math.clamp(attempts - 1, 0, 20));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }
}
