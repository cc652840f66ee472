package dev.cft.critiques.operations;

import dev.cft.store.StoreJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Operations as the store keeps them.
public final class OperationJson {
  private OperationJson() {}

  public static ObjectNode write(Operation operation) {
    return StoreJson.object(operation);
  }

  /// The name of its type.
  public static String typeOf(Operation operation) {
    return write(operation).path("type").asString("");
  }

  public static Operation read(JsonNode json) {
    return StoreJson.read(json, Operation.class);
  }
}
