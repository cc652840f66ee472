package dev.cft.critiques.teachers;

import dev.cft.critiques.prompts.Prompts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All teachers by name.
public final class Teachers implements AutoCloseable {
  /// The built-in checker's name: it is there without any configuration.
  public static final String ARITHMETIC = "arithmetic";

  private final Map<String, ConfiguredTeacher> byName;

  Teachers(Map<String, ConfiguredTeacher> byName, Prompts prompts) {
    this.byName = new TreeMap<>(byName);
    for (var teacher : byName.values()) {
      var version = teacher.settings().promptVersion();
      if (prompts.find(version).isEmpty()) {
        throw new IllegalStateException(
            "cft.teachers.%s.prompt-version: there is no prompt '%s'; known: %s"
                .formatted(teacher.name(), version, prompts.versions()));
      }
    }
  }

  public Optional<ConfiguredTeacher> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// All of them by name.
  public List<ConfiguredTeacher> all() {
    return List.copyOf(byName.values());
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Override
  public void close() {
    byName.values().forEach(each -> each.gate().close());
  }
}
