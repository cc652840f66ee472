package dev.cft.critiques.prompts;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All prompt versions, from the files `prompts/*.json` beside this class.
public final class Prompts {
  /// The paper's prompt as its code has it: what a teacher uses unless told otherwise.
  public static final String DEFAULT = "cft-paper-v1";

  private static final List<String> FILES = List.of(DEFAULT, "cft-paper-answer-v1", "steps-v1");

  private final Map<String, CritiquePrompt> byVersion;

  private Prompts(List<CritiquePrompt> prompts) {
    byVersion =
        prompts.stream().collect(Collectors.toMap(CritiquePrompt::version, Function.identity()));
  }

  /// The shipped prompts.
  public static Prompts load() {
    return new Prompts(FILES.stream().map(Prompts::read).toList());
  }

  private static CritiquePrompt read(String version) {
    try (var file = Prompts.class.getResourceAsStream(version + ".json")) {
      return StoreJson.mapper()
          .readValue(Objects.requireNonNull(file, version), CritiquePrompt.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Optional<CritiquePrompt> find(String version) {
    return Optional.ofNullable(byVersion.get(version));
  }

  /// All versions, the default first.
  public List<CritiquePrompt> all() {
    return FILES.stream().map(byVersion::get).map(Objects::requireNonNull).toList();
  }

  /// The names of all versions.
  public List<String> versions() {
    return FILES;
  }
}
