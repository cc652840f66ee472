package dev.cft.critiques.limits;

/// What providers limit per minute.
enum Meter {
  REQUESTS,
  INPUT,
  OUTPUT,
  /// Input and output together.
  TOKENS
}
