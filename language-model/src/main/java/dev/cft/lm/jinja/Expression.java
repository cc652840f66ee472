package dev.cft.lm.jinja;

/// An expression of a template.
@FunctionalInterface
interface Expression {
  Object value(Scope scope);
}
