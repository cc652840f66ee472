package dev.cft.gateway.jobs;

import dev.cft.store.Page;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Weak ETags over what the jobs of an answer are at. The remaining time is left out: it changes
/// with every second.
final class Tags {
  private Tags() {}

  static String of(Page<JobView> page) {
    return of(page.data(), Boolean.toString(page.hasMore()));
  }

  static String of(JobView job) {
    return of(List.of(job), "");
  }

  private static String of(List<JobView> jobs, String more) {
    var digest = sha256();
    for (var job : jobs) {
      var state = "%s %d %s\n".formatted(job.id(), job.version(), job.pendingReason());
      digest.update(state.getBytes(StandardCharsets.UTF_8));
    }
    digest.update(more.getBytes(StandardCharsets.UTF_8));
    return "W/\"%s\"".formatted(HexFormat.of().formatHex(digest.digest(), 0, 12));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// True where an `If-None-Match` names the tag.
  static boolean isKnown(@Nullable String known, String tag) {
    return known != null
        && Arrays.stream(known.split(",")).map(String::strip).anyMatch(tag::equals);
  }
}
