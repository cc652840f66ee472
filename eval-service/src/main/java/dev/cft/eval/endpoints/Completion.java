package dev.cft.eval.endpoints;

/// An endpoint's answer.
///
/// @param finish as the endpoint says it: `stop`, `length`, …
/// @param promptTokens 0 where the endpoint does not tell
public record Completion(String text, String finish, int promptTokens, int completionTokens) {}
