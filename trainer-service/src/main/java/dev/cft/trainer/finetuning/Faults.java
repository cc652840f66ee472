package dev.cft.trainer.finetuning;

import dev.cft.service.errors.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is wrong with a request, gathered, so that the client is told all of it at once.
final class Faults {
  private final List<Fault> faults = new ArrayList<>();

  /// @param param the field as the client wrote it, from the root
  record Fault(String code, String param, String message) {}

  void add(String code, String param, String message) {
    faults.add(new Fault(code, param, message));
  }

  /// Takes over the faults of a part of the request.
  ///
  /// @param at where the part stands
  void addAll(String at, Faults others) {
    others.faults.forEach(fault -> add(fault.code(), at + "." + fault.param(), fault.message()));
  }

  /// A value outside of what its field takes.
  void invalid(String param, @Nullable Object got, String allowed) {
    add("invalid_value", param, "was %s; allowed: %s".formatted(got, allowed));
  }

  List<Fault> all() {
    return List.copyOf(faults);
  }

  /// Whether one of these fields, or a field in one, is at fault.
  boolean concern(String... params) {
    return faults.stream()
        .anyMatch(fault ->
            Stream.of(params)
                .anyMatch(
                    param -> fault.param().equals(param) || fault.param().startsWith(param + ".")));
  }

  /// @throws ApiException 400 naming every fault; `param` and `code` are the first one's
  void throwIfAny() {
    if (!faults.isEmpty()) {
      Fault first = faults.getFirst();
      throw ApiException.badRequest(first.code(), text(), first.param());
    }
  }

  private String text() {
    return faults.stream()
        .map(fault -> "%s: %s".formatted(fault.param(), fault.message()))
        .collect(Collectors.joining("; "));
  }
}
