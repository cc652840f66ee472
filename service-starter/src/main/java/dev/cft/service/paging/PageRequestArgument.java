package dev.cft.service.paging;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.PageRequest.Limits;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/// Reads a [PageRequest] from the query.
final class PageRequestArgument implements HandlerMethodArgumentResolver {
  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == PageRequest.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    var limits = limits(parameter);
    var after = request.getParameter("after");
    return new PageRequest(
        StringUtils.hasText(after) ? after : null,
        limit(request.getParameter("limit"), limits),
        newestFirst(request.getParameter("order"), limits));
  }

  static Limits limits(MethodParameter parameter) {
    var own = parameter.getParameterAnnotation(Limits.class);
    return own == null ? Usual.LIMITS : own;
  }

  private static int limit(@Nullable String text, Limits limits) {
    if (!StringUtils.hasText(text)) {
      return limits.usual();
    }
    try {
      var limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= limits.most()) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw ApiException.badRequest(
        "invalid_value",
        "'limit' must be an integer from 1 to %d, was '%s'.".formatted(limits.most(), text),
        "limit");
  }

  private static boolean newestFirst(@Nullable String text, Limits limits) {
    if (!StringUtils.hasText(text)) {
      return limits.newestFirst();
    }
    return switch (text) {
      case "desc" -> true;
      case "asc" -> false;
      default ->
          throw ApiException.badRequest(
              "invalid_value", "'order' must be asc or desc, was '%s'.".formatted(text), "order");
    };
  }

  /// Carries the annotation's own defaults.
  private static final class Usual {
    private static final Limits LIMITS = read();

    private static Limits read() {
      try {
        var method = Usual.class.getDeclaredMethod("carrier", PageRequest.class);
        return (Limits) method.getParameterAnnotations()[0][0];
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }

    @SuppressWarnings("unused")
    private static void carrier(@Limits PageRequest page) {}
  }
}
