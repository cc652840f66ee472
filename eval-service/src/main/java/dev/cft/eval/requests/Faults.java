package dev.cft.eval.requests;

import dev.cft.service.errors.ApiException;
import java.util.ArrayList;
import java.util.List;

/// The faults found in one request.
public final class Faults {
  /// More are counted, not told.
  private static final int TOLD = 20;

  private final List<Fault> found = new ArrayList<>();

  /// One fault.
  ///
  /// @param param the field as a path, `arms[1].name`
  public record Fault(String param, String message) {
    @Override
    public String toString() {
      return param + ": " + message;
    }
  }

  /// Adds a fault.
  public void add(String param, String message) {
    found.add(new Fault(param, message));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// Whether the field or a part of it has a fault already.
  public boolean has(String param) {
    return found.stream().anyMatch(fault -> fault.param().startsWith(param));
  }

  public List<Fault> all() {
    return List.copyOf(found);
  }

  /// Ends the request as 400 if there is any fault, telling all of them.
  public void refuseIfAny(String code) {
    if (!found.isEmpty()) {
      throw ApiException.badRequest(code, message(), found.getFirst().param());
    }
  }

  private String message() {
    if (found.size() == 1) {
      return found.getFirst().toString();
    }
    var told = found.stream().limit(TOLD).map(Fault::toString).toList();
    var more = found.size() > TOLD ? "; and %d more".formatted(found.size() - TOLD) : "";
    return "%d faults: %s%s".formatted(found.size(), String.join("; ", told), more);
  }
}
