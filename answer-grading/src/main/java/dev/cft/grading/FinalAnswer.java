package dev.cft.grading;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The final answer of a solution and the rule that found it.
///
/// The rules are tried in the order of [Rule]; within a rule the last occurrence counts, because
/// solutions correct themselves on the way.
///
/// @param text the answer as written, trimmed
/// @param rule what marked it
public record FinalAnswer(String text, Rule rule) {
  /// How an answer is marked.
  public enum Rule {
    /// `#### 18`, as in GSM8K.
    HASHES,
    /// A line `A: 18`, as in GSM8K's model solutions.
    A_LINE,
    /// `\boxed{18}`, braces matched.
    BOXED,
    /// `The answer is 18.`
    ANSWER_IS,
    /// A box, a phrase or mathematics delimiters; found by the `robust` grader's own rules.
    MARKED,
    /// No mark: the last number of the text.
    LAST_NUMBER,
    /// No mark: the whole text (exact comparison only).
    WHOLE_TEXT;

    /// The name in JSON.
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern HASHES = Pattern.compile("####[ \\t]*([^\\n]+)");
  private static final Pattern A_LINE = Pattern.compile("(?m)^[ \\t]*A:[ \\t]*([^\\n]+)$");
  private static final Pattern ANSWER_IS =
      Pattern.compile("(?i)\\banswer(?:[ \\t]+is\\b|[ \\t]*[:=])[ \\t]*:?[ \\t]*([^\\n]+)");
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|$)");
  private static final Pattern END_TOKEN =
      Pattern.compile("\\s*(?:\\[END\\]|</s>|<\\|[a-z_]{1,30}\\|>)\\s*$");

  /// Longest answer on an `A:` line, in words: beyond it the line is a worked solution (our
  /// choice).
  private static final int A_LINE_WORDS = 5;

  /// The final answer's text.
  public static Optional<String> of(String text) {
    return find(text).map(FinalAnswer::text);
  }

  /// The final answer by any rule, down to the last number.
  public static Optional<FinalAnswer> find(String text) {
    return marked(text).or(() -> Numbers.last(text).map(n -> new FinalAnswer(n, Rule.LAST_NUMBER)));
  }

  /// The final answer where something marks it as such.
  public static Optional<FinalAnswer> marked(String text) {
    return last(HASHES, text)
        .map(answer -> new FinalAnswer(answer, Rule.HASHES))
        .or(() -> aLine(text))
        .or(() -> Boxed.last(text).map(answer -> new FinalAnswer(answer, Rule.BOXED)))
        .or(() -> answerIs(text));
  }

  private static Optional<FinalAnswer> aLine(String text) {
    return last(A_LINE, text)
        .filter(answer -> answer.split("\\s+").length <= A_LINE_WORDS)
        .map(answer -> new FinalAnswer(answer, Rule.A_LINE));
  }

  private static Optional<FinalAnswer> answerIs(String text) {
    return last(ANSWER_IS, text)
        .map(answer -> SENTENCE_END.split(answer, 2)[0].strip())
        .filter(answer -> !answer.isEmpty())
        .map(answer -> new FinalAnswer(answer, Rule.ANSWER_IS));
  }

  private static Optional<String> last(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .reduce((_, later) -> later)
        .map((MatchResult match) -> clean(match.group(1)))
        .filter(answer -> !answer.isEmpty());
  }

  private static String clean(String answer) {
    return END_TOKEN.matcher(answer).replaceFirst("").strip();
  }
}
