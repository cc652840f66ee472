package dev.cft.store;

import java.util.List;
import java.util.function.Function;

/// A page of a list, as cursor pagination has it.
public record Page<T>(List<T> data, boolean hasMore) {
  public Page {
    data = List.copyOf(data);
  }

  /// The page with every row converted.
  public <R> Page<R> map(Function<T, R> convert) {
    return new Page<>(data.stream().map(convert).toList(), hasMore);
  }
}
