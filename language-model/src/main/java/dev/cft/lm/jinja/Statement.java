package dev.cft.lm.jinja;

import java.util.List;

/// A part of a template that writes text or changes the scope.
@FunctionalInterface
interface Statement {
  /// What a loop does after a statement.
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow run(Scope scope, StringBuilder out);

  /// The statements one after the other, until one leaves the loop.
  static Statement sequence(List<Statement> statements) {
    var body = List.copyOf(statements);
    return (scope, out) -> {
      for (var statement : body) {
        var flow = statement.run(scope, out);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    };
  }
}
