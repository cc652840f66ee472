package dev.cft.critiques.imports;

import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/// The published sets, by name.
@Component
public class KnownSets {
  private final List<KnownSet> sets;

  KnownSets() {
    try (var json =
        Objects.requireNonNull(KnownSets.class.getResourceAsStream("known-sets.json"))) {
      sets = List.of(StoreJson.mapper().readValue(json, KnownSet[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<KnownSet> all() {
    return sets;
  }

  /// The set of that name.
  ///
  /// @throws ApiException naming those that there are
  public KnownSet named(String name) {
    return sets.stream()
        .filter(set -> set.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "unknown_set",
                "There is no known set '%s'; there are %s. Any other dataset can be named by its Hugging Face id in 'hub'."
                    .formatted(name, sets.stream().map(KnownSet::name).toList()),
                "known"));
  }
}
