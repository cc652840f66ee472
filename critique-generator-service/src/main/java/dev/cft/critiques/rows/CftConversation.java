package dev.cft.critiques.rows;

import dev.cft.critiques.prompts.Verdicts;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.Verdict;
import java.util.List;
import java.util.Optional;

/// A CFT training row: asked to critique a response, the assistant does so.
///
/// The form is that of the authors' data (WebInstruct-CFT, One-Shot-CFT).
public record CftConversation(String question, String response, String critique, Verdict verdict) {
  /// What the user asks, before question and solution.
  public static final String INSTRUCTION =
      "Please critique whether the following solution to the question is correct.";

  private static final String QUESTION = "Question:\n";
  private static final String SOLUTION = "\n\nSolution:\n";

  /// The user's message.
  public static String userMessage(String question, String response) {
    return INSTRUCTION + "\n\n" + input(question, response);
  }

  /// Question and solution, as alpaca rows have them in `input`.
  public static String input(String question, String response) {
    return QUESTION + question + SOLUTION + response;
  }

  /// The parts of a conversation in that form.
  static Optional<CftConversation> read(List<Message> messages) {
    var user = messages.get(Math.max(0, messages.size() - 2)).content();
    var start = user.indexOf(QUESTION);
    var solution = user.indexOf(SOLUTION, Math.max(0, start));
    if (!user.startsWith(INSTRUCTION) || start < 0 || solution < 0) {
      return Optional.empty();
    }
    var critique = messages.getLast().content();
    return Optional.of(
        new CftConversation(
            user.substring(start + QUESTION.length(), solution),
            user.substring(solution + SOLUTION.length()).strip(),
            critique,
            Verdicts.of(critique)));
  }
}
