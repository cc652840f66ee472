package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A condition in the status of an object whose kind Kubernetes itself does not have.
record Condition(String type, boolean isTrue, String reason, String message) {
  /// All that its status has.
  static List<Condition> all(GenericKubernetesResource object) {
    return object.get("status", "conditions") instanceof List<?> list
        ? list.stream()
            .flatMap(each -> each instanceof Map<?, ?> map ? Stream.of(of(map)) : Stream.empty())
            .toList()
        : List.of();
  }

  private static Condition of(Map<?, ?> map) {
    return new Condition(
        String.valueOf(map.get("type")),
        "True".equals(map.get("status")),
        String.valueOf(map.get("reason")),
        String.valueOf(map.get("message")));
  }

  /// The condition of that type, whether it is true or not; empty where the status has none.
  static Optional<Condition> of(GenericKubernetesResource object, String type) {
    return all(object).stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  /// The same, where it is true.
  static Optional<Condition> ofTrue(GenericKubernetesResource object, String type) {
    return of(object, type).filter(Condition::isTrue);
  }

  /// The message, and Kubernetes' own word for it.
  String words() {
    return "%s (%s)".formatted(message, reason);
  }
}
