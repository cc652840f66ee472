package dev.cft.store;

import java.util.List;
import java.util.function.Function;

/// A page of a list, as cursor pagination has it.
public record Page<T>(List<T> data, boolean hasMore) {
  public Page {
    data = List.copyOf(data);
  }

  /// A page of at most `limit` rows, from up to one more that was read to see whether there is
  /// more.
  public static <T> Page<T> of(List<T> oneMore, int limit) {
    return new Page<>(oneMore.subList(0, Math.min(oneMore.size(), limit)), oneMore.size() > limit);
  }

  /// The page with every row converted.
  public <R> Page<R> map(Function<T, R> convert) {
    return new Page<>(data.stream().map(convert).toList(), hasMore);
  }
}
