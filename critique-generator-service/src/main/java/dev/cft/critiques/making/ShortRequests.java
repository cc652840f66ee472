package dev.cft.critiques.making;

import dev.cft.critiques.operations.Operation;
import dev.cft.critiques.operations.Operation.Judgement;
import dev.cft.critiques.operations.Operation.Status;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Single operations on a dataset, in a call of their own.
final class ShortRequests {
  private ShortRequests() {}

  record Sample(
      @NotNull @Min(1) Integer size,
      @Nullable Long seed,
      @Nullable @Size(min = 1, max = 200) String name) {}

  record Filter(
      @Nullable Status status,
      @Nullable Judgement verdict,
      @Nullable Boolean correct,
      @Nullable Boolean agrees,
      @Nullable @Size(min = 1) String search,
      @Nullable @Size(min = 1, max = 200) String name) {
    Operation operation() {
      return new Operation.Filter(
          status, verdict, correct, agrees, search, null, null, null, null, null, null);
    }
  }

  /// @param parts sizes by name, together at most 1
  record Split(
      @NotEmpty @Size(max = 20) Map<@NotBlank String, @NotNull @Positive @Max(1) Double> parts,
      Operation.@Nullable Unit by,
      @Nullable Long seed,
      @Nullable @Size(min = 1, max = 150) String name) {
    public Split {
      parts = parts == null ? Map.of() : new LinkedHashMap<>(parts);
    }

    Operation operation(String part) {
      return new Operation.Split(parts, part, by, seed);
    }
  }
}
