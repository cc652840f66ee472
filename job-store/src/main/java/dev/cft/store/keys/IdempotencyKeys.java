package dev.cft.store.keys;

/// Answers of earlier POST requests by `Idempotency-Key`, kept for 24 hours.
public interface IdempotencyKeys {
  /// Claims a key for a request, or tells what became of it.
  ///
  /// @param owner the API key's id
  /// @param requestHash SHA-256 over method, path and body
  Claim claim(String owner, String key, String requestHash);

  /// Keeps the answer of a claimed request.
  void answered(String owner, String key, Answer answer);

  /// Gives a claim up, so that the request can be sent again (the server failed).
  void release(String owner, String key);

  /// What a claim found.
  sealed interface Claim {
    /// First time: do the work.
    record Fresh() implements Claim {}

    /// Done before with the same body: send this again.
    record Replay(Answer answer) implements Claim {}

    /// Used before with another body.
    record Mismatch() implements Claim {}

    /// The first request is still being answered.
    record InFlight() implements Claim {}
  }

  /// A kept answer.
  record Answer(int status, String contentType, String body) {}
}
