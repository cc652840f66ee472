package dev.cft.eval.benchmarks;

import java.util.List;

/// Why a benchmark cannot be used, and what to do.
public final class BenchmarkException extends RuntimeException {
  private final String code;

  BenchmarkException(String code, String message) {
    super(message);
    this.code = code;
  }

  /// Many faults in one.
  static BenchmarkException of(String code, String what, List<String> faults) {
    var told = String.join("; ", faults.stream().limit(20).toList());
    var more = faults.size() > 20 ? "; and %d more".formatted(faults.size() - 20) : "";
    return new BenchmarkException(code, "%s: %s%s".formatted(what, told, more));
  }

  /// Short and stable.
  public String code() {
    return code;
  }
}
