package dev.cft.service.paging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/// Which part of a list is wanted: a controller's argument, from the query parameters `after`,
/// `limit` and `order`, checked.
///
/// @param after the id that the page follows; null for the first page
/// @param limit rows in the page, 1 to the endpoint's greatest
/// @param newestFirst `order=desc`
public record PageRequest(@Nullable String after, int limit, boolean newestFirst) {
  /// An endpoint's limits, where they are not the usual ones.
  @Documented
  @Target(ElementType.PARAMETER)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Limits {
    /// Rows where the client names no limit; OpenAI's 20.
    int usual() default 20;

    /// The greatest `limit`.
    int most() default 1000;

    /// The order where the client names none; OpenAI's newest first.
    boolean newestFirst() default true;
  }
}
