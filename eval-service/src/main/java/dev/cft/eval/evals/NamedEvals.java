package dev.cft.eval.evals;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Evals that are known by a benchmark's name.
public interface NamedEvals {
  /// The benchmark's eval, made on demand.
  ///
  /// @throws dev.cft.service.errors.ApiException its data is not here or is malformed
  Optional<Eval> eval(String name, @Nullable String createdBy);

  /// The whole items of an eval whose texts are withheld, read from the user's own copy.
  ///
  /// @throws WithheldException the copy is gone or has changed
  List<ObjectNode> withheldItems(Eval eval);

  /// Withheld items cannot be had.
  final class WithheldException extends RuntimeException {
    public WithheldException(String message) {
      super(message);
    }
  }
}
