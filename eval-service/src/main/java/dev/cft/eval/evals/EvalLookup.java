package dev.cft.eval.evals;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Finds evals by id, or by the name of a benchmark.
@Component
public class EvalLookup {
  private static final String PREFIX = "eval_";

  private final Evals evals;
  private final NamedEvals named;

  EvalLookup(Evals evals, NamedEvals named) {
    this.evals = evals;
    this.named = named;
  }

  /// The eval of that id or benchmark.
  public Optional<Eval> find(String idOrName) {
    return idOrName.startsWith(PREFIX) ? evals.find(idOrName) : named.eval(idOrName, null);
  }

  Optional<Eval> benchmark(String name, @Nullable String createdBy) {
    return named.eval(name, createdBy);
  }
}
