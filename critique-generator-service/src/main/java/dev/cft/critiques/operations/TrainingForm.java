package dev.cft.critiques.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cft.critiques.rows.CftConversation;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a training set teaches: the arms of the paper (arXiv 2501.17703, section 3).
public enum TrainingForm {
  /// Question and response, then the critique.
  @JsonProperty("cft")
  CFT {
    @Override
    Optional<Example> read(DatasetRow row, @Nullable String instruction) {
      return row.question() == null || row.response() == null || row.critique() == null
          ? Optional.empty()
          : Optional.of(
              new Example(
                  CftConversation.INSTRUCTION,
                  CftConversation.input(row.question(), row.response()),
                  row.critique()));
    }
  },
  /// The question, then the noisy response.
  @JsonProperty("sft")
  SFT {
    @Override
    Optional<Example> read(DatasetRow row, @Nullable String instruction) {
      return answered(row, row.response(), instruction);
    }
  },
  /// The same of the responses whose verdict is right.
  @JsonProperty("sft-verified")
  SFT_VERIFIED {
    @Override
    Optional<Example> read(DatasetRow row, @Nullable String instruction) {
      return row.verdict() == Verdict.RIGHT
          ? answered(row, row.response(), instruction)
          : Optional.empty();
    }
  },
  /// The question, then a teacher's own answer: rows of a responses job whose model was a teacher.
  @JsonProperty("sft-teacher-answer")
  SFT_TEACHER_ANSWER {
    @Override
    Optional<Example> read(DatasetRow row, @Nullable String instruction) {
      var extra = row.extra();
      return extra != null && extra.path("model").asString("").startsWith("teacher:")
          ? answered(row, row.response(), instruction)
          : Optional.empty();
    }
  };

  /// An example in alpaca's three parts.
  ///
  /// @param input empty where the instruction is all
  public record Example(String instruction, String input, String output) {
    /// As a conversation; a critique's parts are divided by a blank line, as in the authors'
    /// One-Shot-CFT files.
    public List<Message> messages() {
      return List.of(
          new Message("user", input.isEmpty() ? instruction : instruction + "\n\n" + input),
          new Message("assistant", output));
    }
  }

  abstract Optional<Example> read(DatasetRow row, @Nullable String instruction);

  /// The row's example; empty where this form has none of it.
  ///
  /// @param instruction put before a question, where there is one
  public Optional<Example> example(DatasetRow row, @Nullable String instruction) {
    return row.outcome().status() == Status.OK ? read(row, instruction) : Optional.empty();
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<TrainingForm> of(String name) {
    return Arrays.stream(values()).filter(form -> form.wireName().equals(name)).findFirst();
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(TrainingForm::wireName).toList();
  }

  private static Optional<Example> answered(
      DatasetRow row, @Nullable String answer, @Nullable String instruction) {
    if (row.question() == null || answer == null || answer.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        instruction == null
            ? new Example(row.question(), "", answer)
            : new Example(instruction, row.question(), answer));
  }
}
