package dev.cft.service.errors;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/// Values of the right type that break a rule: which field, which rule, what was sent.
final class ValidationErrors {
  private ValidationErrors() {}

  static ApiException of(Errors errors) {
    return told(found(errors).toList());
  }

  static ApiException of(HandlerMethodValidationException failure) {
    return told(
        failure.getParameterValidationResults().stream().flatMap(ValidationErrors::found).toList());
  }

  private static Stream<Broken> found(ParameterValidationResult result) {
    if (result instanceof ParameterErrors errors) {
      return found((Errors) errors);
    }
    var name = Objects.requireNonNullElse(result.getMethodParameter().getParameterName(), "value");
    return result.getResolvableErrors().stream()
        .map(error -> Broken.of(name, error.getDefaultMessage(), result.getArgument()));
  }

  private static Stream<Broken> found(Errors errors) {
    return Stream.concat(
        errors.getFieldErrors().stream().map(ValidationErrors::field),
        errors.getGlobalErrors().stream()
            .map(error -> new Broken(null, words(error.getDefaultMessage()))));
  }

  private static Broken field(FieldError error) {
    // A rule over several fields speaks in a whole sentence of its own.
    return "AssertTrue".equals(error.getCode())
        ? new Broken(null, words(error.getDefaultMessage()))
        : Broken.of(error.getField(), error.getDefaultMessage(), error.getRejectedValue());
  }

  private static ApiException told(List<Broken> broken) {
    var message = broken.stream().map(Broken::words).distinct().sorted().limit(5);
    var first = broken.stream().map(Broken::param).filter(Objects::nonNull).sorted().findFirst();
    return ApiException.badRequest(
        "invalid_value", message.collect(Collectors.joining("; ")) + ".", first.orElse(null));
  }

  private static String words(@Nullable String message) {
    return Objects.requireNonNullElse(message, "is not allowed");
  }

  private record Broken(@Nullable String param, String words) {
    static Broken of(String javaPath, @Nullable String rule, @Nullable Object got) {
      var path = snakeCase(javaPath);
      var was =
          switch (got) {
            case null -> "";
            case Number number -> ", was " + number;
            case Boolean flag -> ", was " + flag;
            case CharSequence text when !text.isEmpty() ->
                ", was '%s'".formatted(Shortened.of(text.toString()));
            default -> "";
          };
      return new Broken(path, "'%s' %s%s".formatted(path, ValidationErrors.words(rule), was));
    }
  }

  /// `method.nEpochs` as clients write it: `method.n_epochs`.
  private static String snakeCase(String javaPath) {
    return javaPath.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
