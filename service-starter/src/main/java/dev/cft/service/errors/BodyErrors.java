package dev.cft.service.errors;

import dev.cft.store.StoreJson;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/// JSON bodies that cannot be read: which field, what was sent, what is allowed.
final class BodyErrors {
  private BodyErrors() {}

  static ApiException of(HttpMessageNotReadableException failure) {
    return switch (failure.getCause()) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case InvalidFormatException format -> value(format);
      case MismatchedInputException mismatch -> type(mismatch);
      case ValueInstantiationException refused -> refused(refused);
      case InputCoercionException range -> outOfRange(range);
      case StreamReadException malformed -> malformed(malformed);
      case JacksonException other -> malformed(other);
      case null ->
          ApiException.badRequest(
              "missing_body", "The request needs a body in JSON; none was sent.", null);
      default ->
          ApiException.badRequest("unreadable_body", "The body could not be read to its end.", null)
              .causedBy(failure);
    };
  }

  private static ApiException unknownField(UnrecognizedPropertyException failure) {
    var known = failure.getKnownPropertyIds();
    var allowed =
        known == null
            ? "none"
            : known.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    var path = path(failure);
    return ApiException.badRequest(
        "unknown_field", "Unknown field '%s'; allowed here: %s.".formatted(path, allowed), path);
  }

  private static ApiException value(InvalidFormatException failure) {
    var type = failure.getTargetType();
    if (type == null || !type.isEnum()) {
      return type(failure);
    }
    var allowed =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> StoreJson.mapper().convertValue(constant, String.class))
            .collect(Collectors.joining(", "));
    return ApiException.badRequest(
        "invalid_value",
        "'%s' must be one of %s, was '%s'.".formatted(path(failure), allowed, failure.getValue()),
        path(failure));
  }

  private static ApiException type(MismatchedInputException failure) {
    var path = path(failure);
    var name = path.isEmpty() ? "The body" : "'%s'".formatted(path);
    var target = failure.getTargetType();
    var wanted = target == null ? "of another type" : TypeWords.of(target);
    if (isMissing(failure)) {
      return ApiException.badRequest(
          "missing_required_field",
          "%s is required and must be %s.".formatted(name, wanted),
          param(path));
    }
    if (failure.getCurrentToken() == null && path.isEmpty()) {
      return ApiException.badRequest(
          "missing_body", "The request needs a body in JSON; none was sent.", null);
    }
    return ApiException.badRequest(
        "invalid_type",
        "%s must be %s, was %s.".formatted(name, wanted, TypeWords.of(failure.getCurrentToken())),
        param(path));
  }

  /// Jackson tells a primitive that is absent or null only by its words.
  private static boolean isMissing(MismatchedInputException failure) {
    var words = Objects.requireNonNullElse(failure.getOriginalMessage(), "");
    return words.contains("Cannot map `null` into type") || words.contains("Missing ");
  }

  /// A record's own check spoke.
  private static ApiException refused(ValueInstantiationException failure) {
    var cause = failure.getCause();
    var words = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
    return ApiException.badRequest(
        "invalid_value",
        words.isEmpty() ? "'%s' is not allowed.".formatted(path(failure)) : words,
        param(path(failure)));
  }

  private static ApiException malformed(JacksonException failure) {
    var location = failure.getLocation();
    var place =
        location == null || location.getLineNr() < 1
            ? ""
            : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    var words = Objects.requireNonNullElse(failure.getOriginalMessage(), "it ends too early");
    return ApiException.badRequest(
        "invalid_json",
        "The body is not valid JSON%s: %s".formatted(place, Shortened.of(words)),
        null);
  }

  private static ApiException outOfRange(InputCoercionException failure) {
    var path = path(failure);
    return ApiException.badRequest(
        "invalid_value",
        path.isEmpty()
            ? "A number of the body is out of range."
            : "'%s' is out of range.".formatted(path),
        param(path));
  }

  private static @Nullable String param(String path) {
    return path.isEmpty() ? null : path;
  }

  /// The path as a client writes it: `method.hyperparameters.n_epochs`, `rows[3].question`.
  private static String path(JacksonException failure) {
    var path = new StringBuilder();
    for (var step : failure.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.toString();
  }
}
