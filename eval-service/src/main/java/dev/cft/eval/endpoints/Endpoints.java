package dev.cft.eval.endpoints;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The endpoints that operators have configured.
public final class Endpoints {
  /// How users name an endpoint where a model may stand.
  public static final String PREFIX = "endpoint:";

  private final Map<String, Endpoint> byName;

  Endpoints(Map<String, Endpoint> byName) {
    this.byName = new TreeMap<>(byName);
  }

  /// The endpoint of that name, with or without `endpoint:`.
  public Optional<Endpoint> find(String name) {
    var bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    return Optional.ofNullable(byName.get(bare));
  }

  /// All of them, by name.
  public Map<String, Endpoint> all() {
    return Map.copyOf(byName);
  }

  /// The names as requests write them.
  public List<String> names() {
    return byName.keySet().stream().map(name -> PREFIX + name).toList();
  }

  /// A sentence for users who named an endpoint that is not there.
  public String objectionTo(String name) {
    return byName.isEmpty()
        ? "there is no endpoint '%s'; operators configure endpoints under cft.endpoints"
            .formatted(name)
        : "there is no endpoint '%s'; configured: %s".formatted(name, byName.keySet());
  }
}
