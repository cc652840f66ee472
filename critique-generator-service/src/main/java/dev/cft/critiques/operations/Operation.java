package dev.cft.critiques.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One thing done to a dataset. Null stands for what its operation says is usual.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(name = "filter", value = Operation.Filter.class),
  @JsonSubTypes.Type(name = "sample", value = Operation.Sample.class),
  @JsonSubTypes.Type(name = "longest", value = Operation.Longest.class),
  @JsonSubTypes.Type(name = "match_lengths", value = Operation.MatchLengths.class),
  @JsonSubTypes.Type(name = "ratio", value = Operation.Ratio.class),
  @JsonSubTypes.Type(name = "deduplicate", value = Operation.Deduplicate.class),
  @JsonSubTypes.Type(name = "decontaminate", value = Operation.Decontaminate.class),
  @JsonSubTypes.Type(name = "split", value = Operation.Split.class),
  @JsonSubTypes.Type(name = "mix", value = Operation.Mix.class),
  @JsonSubTypes.Type(name = "shuffle", value = Operation.Shuffle.class),
  @JsonSubTypes.Type(name = "grade", value = Operation.Grade.class),
  @JsonSubTypes.Type(name = "build", value = Operation.Build.class),
})
public sealed interface Operation {
  /// The names of all types.
  static List<String> types() {
    return Arrays.stream(Operation.class.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .toList();
  }

  /// A range of lengths, both ends included.
  record Range(@Nullable @Min(0) Integer min, @Nullable @Min(0) Integer max) {
    boolean contains(int length) {
      return (min == null || length >= min) && (max == null || length <= max);
    }
  }

  /// Lengths counted by a model's tokenizer.
  record Tokens(@NotBlank String model, @NotEmpty Map<RowField, @Valid Range> of) {
    public Tokens {
      of = of == null ? Map.of() : ordered(of);
    }
  }

  /// Keeps the rows that meet all conditions; a row without the field does not meet it.
  ///
  /// @param agrees whether the verdict says what the label says
  /// @param contains text in question, answer, response or critique, whatever its case
  /// @param subject one of these in the extra field `subject_field` (usually `subject`)
  /// @param matches regular expressions found in fields
  /// @param lacks regular expressions not found in fields
  record Filter(
      @Nullable Status status,
      @Nullable Judgement verdict,
      @Nullable Boolean correct,
      @Nullable Boolean agrees,
      @Nullable @Size(min = 1) String contains,
      @Nullable List<@NotNull String> subject,
      @Nullable String subjectField,
      @Nullable Map<RowField, @Valid Range> characters,
      @Nullable @Valid Tokens tokens,
      @Nullable Map<RowField, @NotBlank @Size(max = 1000) String> matches,
      @Nullable Map<RowField, @NotBlank @Size(max = 1000) String> lacks)
      implements Operation {
    public Filter {
      subject = subject == null ? null : List.copyOf(subject);
      characters = characters == null ? null : ordered(characters);
      matches = matches == null ? null : ordered(matches);
      lacks = lacks == null ? null : ordered(lacks);
    }
  }

  /// So many rows, or such a part of them, drawn without replacement, in their order.
  record Sample(
      @Nullable @Min(1) Integer rows,
      @Nullable @DecimalMin("0") @DecimalMax("1") Double share,
      @Nullable Long seed)
      implements Operation {
    @AssertTrue(message = "needs either rows or share")
    boolean isOneOfRowsAndShare() {
      return (rows == null) != (share == null);
    }
  }

  /// The rows whose field is longest, in their order; the earlier of two equally long ones.
  ///
  /// @param of usually `output`
  record Longest(@NotNull @Min(1) Integer rows, @Nullable RowField of) implements Operation {}

  /// So many rows whose lengths of one field follow the lengths of another, as "CFT-Short" follows
  /// its plain answers.
  ///
  /// @param of usually `critique`
  /// @param to the other field, usually `response`
  /// @param in where the other field is; usually in the rows themselves
  record MatchLengths(
      @NotNull @Min(1) Integer rows,
      @Nullable RowField of,
      @Nullable RowField to,
      @Nullable @Size(min = 1) String in)
      implements Operation {}

  /// Right and wrong rows in a given proportion, as many as there can be or `rows`.
  ///
  /// @param right the right ones' part
  /// @param by `verdict` (usual) or `correct`
  record Ratio(
      @NotNull @DecimalMin("0") @DecimalMax("1") Double right,
      @Nullable Label by,
      @Nullable @Min(1) Integer rows,
      @Nullable Long seed)
      implements Operation {}

  /// Leaves out rows that repeat an earlier one.
  ///
  /// @param on what is compared, usually question and response
  /// @param near similarity (of word triples, Jaccard) from which rows count as the same; null for
  ///   equal texts only
  record Deduplicate(
      @Nullable @Size(min = 1) List<@NotNull RowField> on,
      @Nullable @DecimalMin("0.5") @DecimalMax("0.99") Double near)
      implements Operation {
    public Deduplicate {
      on = on == null ? null : List.copyOf(on);
    }

    List<RowField> fields() {
      return Objects.requireNonNullElse(on, List.of(RowField.QUESTION, RowField.RESPONSE));
    }
  }

  /// Leaves out rows that share a run of words with a benchmark.
  ///
  /// @param against datasets, files, `benchmark:NAME` or `benchmarks`: the operator's folder
  /// @param words in a run, usually 13; shorter texts count where all of it is equal
  /// @param on what is looked at, usually the question
  record Decontaminate(
      @NotEmpty List<@NotBlank String> against,
      @Nullable @Min(5) @Max(100) Integer words,
      @Nullable @Size(min = 1) List<@NotNull RowField> on)
      implements Operation {
    public Decontaminate {
      against = against == null ? List.of() : List.copyOf(against);
      on = on == null ? null : List.copyOf(on);
    }
  }

  /// One part of a division that its seed decides. Parts of one division have no row in common.
  ///
  /// @param parts their sizes by name, together at most 1
  /// @param by `question` (usual): all rows of a question in one part, sizes nearly so; `row`:
  ///   sizes exactly so
  record Split(
      @NotEmpty @Size(max = 20)
          Map<@NotBlank String, @NotNull @DecimalMin("0") @DecimalMax("1") Double> parts,
      @NotBlank String part,
      @Nullable Unit by,
      @Nullable Long seed)
      implements Operation {
    public Split {
      parts = parts == null ? Map.of() : ordered(parts);
    }

    @AssertTrue(message = "must name one of parts")
    boolean isPartOneOfParts() {
      return part == null || parts.isEmpty() || parts.containsKey(part);
    }

    @AssertTrue(message = "parts must add up to 1 at most")
    boolean isSumAtMostOne() {
      return parts.values().stream().filter(Objects::nonNull).mapToDouble(x -> x).sum() <= 1 + 1e-9;
    }
  }

  /// What is added to the rows.
  ///
  /// @param from a dataset, file or job
  /// @param rows so many of them, drawn; null for all
  record Added(@NotBlank String from, @Nullable @Min(1) Integer rows) {}

  /// Adds rows of others behind those that are there.
  record Mix(@NotEmpty @Size(max = 50) List<@Valid @NotNull Added> with, @Nullable Long seed)
      implements Operation {
    public Mix {
      with = with == null ? List.of() : List.copyOf(with);
    }
  }

  /// Puts the rows in an order that the seed decides, after all other operations.
  record Shuffle(@Nullable Long seed) implements Operation {}

  /// Sets `correct` by comparing the response with the answer; a row that cannot be compared keeps
  /// none.
  ///
  /// @param grader usually `robust`
  record Grade(@Nullable @Size(min = 1) String grader) implements Operation {}

  /// Makes training conversations; rows that have none are left out. Must be the last.
  ///
  /// @param instruction for the SFT sets: put before the question
  record Build(@NotNull TrainingForm set, @Nullable @Size(min = 1) String instruction)
      implements Operation {}

  /// A row's end.
  enum Status {
    @JsonProperty("ok")
    OK,
    @JsonProperty("rejected")
    REJECTED,
    @JsonProperty("failed")
    FAILED
  }

  /// A verdict.
  enum Judgement {
    @JsonProperty("right")
    RIGHT,
    @JsonProperty("wrong")
    WRONG,
    @JsonProperty("unparsed")
    UNPARSED
  }

  /// What says that a row is right.
  enum Label {
    @JsonProperty("verdict")
    VERDICT,
    @JsonProperty("correct")
    CORRECT
  }

  /// What a split keeps together.
  enum Unit {
    @JsonProperty("question")
    QUESTION,
    @JsonProperty("row")
    ROW
  }

  private static <K, V> Map<K, V> ordered(Map<K, V> map) {
    return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
