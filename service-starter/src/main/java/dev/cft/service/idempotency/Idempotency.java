package dev.cft.service.idempotency;

/// What the rest of a service may know of idempotency.
public final class Idempotency {
  /// The request header.
  public static final String HEADER = "Idempotency-Key";

  /// Set to `true` in an answer that was given before.
  public static final String REPLAYED = "idempotent-replayed";

  /// A request attribute: the body (a String) to keep instead of the one that is sent, where that
  /// one holds a secret.
  public static final String KEPT_BODY = Idempotency.class.getName() + ".keptBody";

  private Idempotency() {}
}
