package dev.cft.service.paging;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A page of a list.
///
/// @param object always `list`
/// @param firstId null where the page is empty
/// @param lastId what `after` is set to for the next page; null where the page is empty
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ListResponse<T>(
    String object,
    List<T> data,
    @Nullable String firstId,
    @Nullable String lastId,
    boolean hasMore) {
  public ListResponse {
    data = List.copyOf(data);
  }

  /// A page whose rows have ids.
  public static <T> ListResponse<T> of(List<T> data, boolean hasMore, Function<T, String> id) {
    return new ListResponse<>(
        "list",
        data,
        data.isEmpty() ? null : id.apply(data.getFirst()),
        data.isEmpty() ? null : id.apply(data.getLast()),
        hasMore);
  }

  /// A page of the store.
  ///
  /// @param convert to what clients see
  /// @param id of what clients see
  public static <S, T> ListResponse<T> of(
      Page<S> page, Function<S, T> convert, Function<T, String> id) {
    return of(page.data().stream().map(convert).toList(), page.hasMore(), id);
  }

  /// A whole list, for what is never paged.
  public static <T> ListResponse<T> whole(List<T> data, Function<T, String> id) {
    return of(data, false, id);
  }
}
