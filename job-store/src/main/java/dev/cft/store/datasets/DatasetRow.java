package dev.cft.store.datasets;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A row of a dataset. What a stage adds is set, the rest is null.
///
/// @param seq place in the dataset, from 0, unique
/// @param question the problem
/// @param answer the gold answer or solution
/// @param response a noisy solution
/// @param critique the teacher's text
/// @param verdict what the critique concludes
/// @param correct whether the response's final answer equals gold, where it was graded
/// @param messages a ready conversation (OpenAI chat format), for rows imported as such
/// @param outcome how the stage that wrote the row ended for it
/// @param extra everything else: subject, teacher, prompt version, tokens, cost, latency
public record DatasetRow(
    long seq,
    @Nullable String question,
    @Nullable String answer,
    @Nullable String response,
    @Nullable String critique,
    @Nullable Verdict verdict,
    @Nullable Boolean correct,
    @Nullable List<Message> messages,
    Outcome outcome,
    @Nullable JsonNode extra) {
  /// One turn of a conversation.
  public record Message(String role, String content) {}

  /// How a row ended.
  ///
  /// @param status ok, rejected or failed
  /// @param reason null where ok
  public record Outcome(Status status, @Nullable String reason) {
    public static final Outcome OK = new Outcome(Status.OK, null);

    public static Outcome rejected(String reason) {
      return new Outcome(Status.REJECTED, reason);
    }

    public static Outcome failed(String reason) {
      return new Outcome(Status.FAILED, reason);
    }
  }

  /// The three ends of a row.
  public enum Status {
    OK,
    REJECTED,
    FAILED
  }

  /// The same row in another place.
  public DatasetRow at(long place) {
    return new DatasetRow(
        place, question, answer, response, critique, verdict, correct, messages, outcome, extra);
  }

  /// A plain question with its gold answer and, where there is one, a response.
  public static DatasetRow question(
      long seq, String question, @Nullable String answer, @Nullable String response) {
    return new DatasetRow(
        seq, question, answer, response, null, null, null, null, Outcome.OK, null);
  }
}
