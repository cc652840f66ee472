package dev.cft.standalone.basemodel;

/// Whoever writes critiques for the corpus.
@FunctionalInterface
interface Teacher {
  /// A critique of the response, ending in its verdict.
  ///
  /// @param solution the right one
  String critique(String question, String solution, String response);
}
