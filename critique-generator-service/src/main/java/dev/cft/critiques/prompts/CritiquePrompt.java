package dev.cft.critiques.prompts;

/// A version of the question put to a teacher. A published version's text never changes.
///
/// @param version for instance `cft-paper-v1`
/// @param description where it comes from
/// @param system the system message; empty for none
/// @param user the user message with `{question}` and `{response}`
public record CritiquePrompt(String version, String description, String system, String user) {
  private static final String QUESTION = "{question}";
  private static final String RESPONSE = "{response}";

  public CritiquePrompt {
    if (!user.contains(QUESTION) || !user.contains(RESPONSE)) {
      throw new IllegalArgumentException(
          "prompt %s must contain %s and %s".formatted(version, QUESTION, RESPONSE));
    }
  }

  /// Characters of both messages without question and response.
  public int frameLength() {
    return system.length() + user.length() - QUESTION.length() - RESPONSE.length();
  }

  /// The user message for a row. The two are put in at once, so that a question which contains the
  /// text `{response}` stays as it is.
  public String userFor(String question, String response) {
    var q = user.indexOf(QUESTION);
    var r = user.indexOf(RESPONSE);
    return q < r
        ? user.substring(0, q)
            + question
            + user.substring(q + QUESTION.length(), r)
            + response
            + user.substring(r + RESPONSE.length())
        : user.substring(0, r)
            + response
            + user.substring(r + RESPONSE.length(), q)
            + question
            + user.substring(q + QUESTION.length());
  }
}
