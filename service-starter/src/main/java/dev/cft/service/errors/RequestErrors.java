package dev.cft.service.errors;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Requests that no controller could take: wrong address, method, type, parameter or part.
final class RequestErrors {
  private RequestErrors() {}

  static Optional<ApiException> of(Throwable failure, String request) {
    return Optional.ofNullable(
        switch (failure) {
          case NoResourceFoundException _ -> unknownUrl(request);
          case NoHandlerFoundException _ -> unknownUrl(request);
          case HttpRequestMethodNotSupportedException method -> method(method, request);
          case HttpMediaTypeNotSupportedException type -> contentType(type);
          case HttpMediaTypeNotAcceptableException type -> accept(type);
          case MissingServletRequestParameterException missing ->
              missing("parameter", missing.getParameterName());
          case MissingServletRequestPartException missing ->
              missing("part", missing.getRequestPartName());
          case MissingRequestHeaderException missing -> missing("header", missing.getHeaderName());
          case MethodArgumentTypeMismatchException mismatch -> mismatch(mismatch);
          case MaxUploadSizeExceededException tooLarge -> upload(tooLarge);
          case MultipartException broken -> multipart(broken);
          case AsyncRequestTimeoutException _ ->
              ApiException.unavailable(
                  "timeout", "The answer took too long.", Duration.ofSeconds(1));
          default -> null;
        });
  }

  static ApiException unknownUrl(String request) {
    return ApiException.of(
        HttpStatus.NOT_FOUND,
        new ApiError(
            "There is nothing at %s; the API is described at /docs.".formatted(request),
            ApiError.INVALID_REQUEST,
            null,
            "unknown_url"));
  }

  private static ApiException method(
      HttpRequestMethodNotSupportedException failure, String request) {
    var allowed = failure.getSupportedHttpMethods();
    var names =
        allowed == null ? List.<String>of() : allowed.stream().map(Object::toString).toList();
    var answer =
        ApiException.of(
            HttpStatus.METHOD_NOT_ALLOWED,
            new ApiError(
                "%s is not allowed here; allowed: %s.".formatted(request, String.join(", ", names)),
                ApiError.INVALID_REQUEST,
                null,
                "method_not_allowed"));
    return names.isEmpty() ? answer : answer.with("Allow", String.join(", ", names));
  }

  private static ApiException contentType(HttpMediaTypeNotSupportedException failure) {
    var got = failure.getContentType();
    return ApiException.of(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        new ApiError(
            "The body's Content-Type is %s; allowed: %s."
                .formatted(got == null ? "missing" : got, plain(failure.getSupportedMediaTypes())),
            ApiError.INVALID_REQUEST,
            null,
            "unsupported_content_type"));
  }

  private static ApiException accept(HttpMediaTypeNotAcceptableException failure) {
    return ApiException.of(
        HttpStatus.NOT_ACCEPTABLE,
        new ApiError(
            "No answer of the types in Accept can be given; available: %s."
                .formatted(plain(failure.getSupportedMediaTypes())),
            ApiError.INVALID_REQUEST,
            null,
            "not_acceptable"));
  }

  private static String plain(List<MediaType> types) {
    return types.isEmpty()
        ? "application/json"
        : String.join(", ", types.stream().map(MediaType::toString).distinct().toList());
  }

  private static ApiException missing(String what, String name) {
    return ApiException.badRequest(
        "missing_required_" + what, "The %s '%s' is required.".formatted(what, name), name);
  }

  private static ApiException mismatch(MethodArgumentTypeMismatchException failure) {
    var type = failure.getRequiredType();
    var allowed =
        type == null
            ? "another value"
            : type.isEnum()
                ? "one of " + Arrays.toString(type.getEnumConstants())
                : TypeWords.of(type);
    return ApiException.badRequest(
        "invalid_type",
        "'%s' must be %s, was '%s'.".formatted(failure.getName(), allowed, failure.getValue()),
        failure.getName());
  }

  private static ApiException upload(MaxUploadSizeExceededException failure) {
    var most = failure.getMaxUploadSize();
    return ApiException.tooLarge(
        "file_too_large",
        most > 0
            ? "The upload is larger than the %d bytes that are taken.".formatted(most)
            : "The upload is larger than what is taken.",
        "file");
  }

  private static ApiException multipart(MultipartException failure) {
    return ApiException.badRequest(
            "invalid_multipart",
            "The body is not a readable multipart/form-data upload: it is cut off, or its boundary is"
                + " missing or wrong.",
            null)
        .causedBy(failure);
  }
}
