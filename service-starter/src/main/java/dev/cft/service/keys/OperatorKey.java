package dev.cft.service.keys;

import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import org.springframework.beans.factory.SmartInitializingSingleton;

/// Makes the operator key of the configuration work before the first request comes.
final class OperatorKey implements SmartInitializingSingleton {
  private static final String PREFIX = "sk-cft-";
  private static final int SHORTEST = 24;

  private final ApiKeys keys;
  private final String secret;

  OperatorKey(ApiKeys keys, String secret) {
    this.keys = keys;
    this.secret = secret.strip();
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (secret.isEmpty()) {
      return;
    }
    if (!secret.startsWith(PREFIX) || secret.length() < SHORTEST) {
      throw new IllegalStateException(
          "cft.operator-key (CFT_OPERATOR_KEY) must begin with %s and have at least %d characters; for"
                  .formatted(PREFIX, SHORTEST)
              + " instance: echo sk-cft-$(openssl rand -hex 24)");
    }
    keys.register(secret, "operator", ApiKey.Role.OPERATOR);
  }
}
