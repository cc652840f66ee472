package dev.cft.trainer.engines;

import dev.cft.trainer.TrainerProperties;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The engines that the operator allows; the first is used where a request names none.
@Component
public final class Engines {
  private final Map<String, Engine> byName = new LinkedHashMap<>();

  Engines(TrainerProperties properties) {
    for (String name : properties.engines()) {
      byName.put(name, engine(name, properties));
    }
  }

  private static Engine engine(String name, TrainerProperties properties) {
    return switch (name) {
      case DjlEngine.NAME -> new DjlEngine();
      case LlamaFactoryEngine.NAME -> new LlamaFactoryEngine(properties.llamaFactory());
      default ->
          throw new IllegalArgumentException(
              "cft.trainer.engines names '%s'; known are %s and %s"
                  .formatted(name, DjlEngine.NAME, LlamaFactoryEngine.NAME));
    };
  }

  /// The engine of that name, or the first where there is none.
  ///
  /// @throws IllegalStateException it is not allowed any more
  public Engine of(@Nullable String name) {
    return name == null
        ? byName.values().iterator().next()
        : find(name)
            .orElseThrow(() ->
                new IllegalStateException(
                    "the engine '%s' is not among cft.trainer.engines".formatted(name)));
  }

  public Optional<Engine> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
