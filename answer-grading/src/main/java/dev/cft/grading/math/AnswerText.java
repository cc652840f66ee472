package dev.cft.grading.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the answer in a text.
///
/// In this order: boxes; "the final answer is …"; "the answer is …", `####`; then the last sentence
/// that has mathematics or a number. A text that is nothing but an answer is taken whole.
///
/// @param text the answer without mathematics delimiters
/// @param marked a box, a phrase or delimiters marked it; it did not have to be guessed
/// @param latex it stood in mathematics
public record AnswerText(String text, boolean marked, boolean latex) {
  /// Longest text that may be an answer as a whole, in characters and in words (our choice).
  private static final int WHOLE_CHARS = 400;

  private static final int WHOLE_WORDS = 6;

  /// How much of a text's end is searched for an answer that no box marks, and how much of the end
  /// of a sentence (our choice; it bounds the work on texts that never end).
  private static final int SEARCHED_CHARS = 20_000;

  private static final int SENTENCE_CHARS = 4_000;

  /// Phrases like "the answer is" that are followed up, from the last one backwards.
  private static final int FOLLOWED_MARKS = 20;

  private static final String THOUGHT_END = "</think>";
  private static final Pattern END_TOKEN =
      Pattern.compile("(?:\\[END]|</s>|<\\|[a-z_]{1,30}\\|>(?:user|assistant)?)$");
  private static final Pattern MARK =
      Pattern.compile(
          "(?i)(?:final answer|the answer|answer is|answer:|correct answer)"
              + "(?:[^\\S\\n]*+(?:\\*\\*|:|is))*+[^\\S\\n]*+|####[^\\S\\n]*+");
  private static final Pattern HOPE =
      Pattern.compile("(?i)\\.?\\s{0,3}I hope (?:it|this) is correct\\b.*$");
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\d_.,])[-−]?[$€£]?\\d[\\d,]*(?:[. ]\\d+)*(?:\\s*/\\s*\\d+)?(?:[eE][-+]?\\d+)?"
              + "(?:\\s*(?:%|\\\\%|percent\\b))?(?![\\d])|(?<![\\w.])[-−]?\\.\\d+");
  private static final Pattern SENTENCE =
      Pattern.compile("(?<=[.!?])\\s++(?=[\\p{Lu}$\\\\*])|\\n+");

  /// Prose in front of a number: a word that is no function's name.
  private static final Pattern PROSE_FIRST =
      Pattern.compile(
          "^(?!(?:sqrt|arc|sin|cos|tan|log|exp|min|max|abs)\\w*\\s*\\()\\p{L}\\p{Ll}{2,}[\\s:,'][^\\\\]*\\d");

  private static final Pattern IS =
      Pattern.compile(
          "(?i)(?:\\b(?:is|are|be|equals?|was|costs?|gets?|has|have|total of)|[=:≈])[\\s*]*$");

  /// The answer in a text; empty where it has none.
  ///
  /// @param wholeFirst the text is an answer already (a gold answer) unless something in it is
  ///   marked
  static Optional<AnswerText> find(String text, boolean wholeFirst) {
    var body = withoutEndTokens(text.substring(afterThought(text))).strip();
    if (body.isEmpty()) {
      return Optional.empty();
    }
    var boxes = Boxes.lastGroup(body);
    if (boxes.isPresent()) {
      return Optional.of(new AnswerText(boxes.get(), true, true));
    }
    var end = body.substring(Math.max(0, body.length() - SEARCHED_CHARS));
    if (wholeFirst || isWhole(end)) {
      return Optional.of(whole(end));
    }
    return marked(end).or(() -> lastSentence(end));
  }

  /// This without the exclamation marks that end it, where it is prose: `The answer is 5!` may mean
  /// 5 as well as 120.
  Optional<AnswerText> withoutExclamation() {
    var calm = text.replaceFirst("!+$", "").strip();
    return latex || calm.isEmpty() || calm.equals(text)
        ? Optional.empty()
        : Optional.of(new AnswerText(calm, marked, false));
  }

  /// Where the text goes on behind a model's thoughts; 0 where it has none, or nothing but them.
  private static int afterThought(String text) {
    var at = text.lastIndexOf(THOUGHT_END);
    return at < 0 || text.substring(at + THOUGHT_END.length()).isBlank()
        ? 0
        : at + THOUGHT_END.length();
  }

  private static String withoutEndTokens(String text) {
    var body = text.stripTrailing();
    while (true) {
      var tail = Math.max(0, body.length() - 50);
      var token = END_TOKEN.matcher(body).region(tail, body.length());
      if (!token.find()) {
        return body;
      }
      body = body.substring(0, token.start()).stripTrailing();
    }
  }

  private static boolean isWhole(String body) {
    var prose = MathSegments.withoutMath(body).strip();
    var words = prose.split("\\s+", -1).length;
    return MathSegments.isOnlyMath(body)
        || (!MathSegments.has(body)
            && body.length() <= WHOLE_CHARS
            && words <= WHOLE_WORDS
            && !MARK.matcher(body).find()
            && !body.contains("\n")
            && !PROSE_FIRST.matcher(body).find());
  }

  /// An answer as a whole: its mathematics joined where only connectives stand between.
  private static AnswerText whole(String body) {
    if (MathSegments.isOnlyMath(body)) {
      return new AnswerText(MathSegments.joined(body), true, true);
    }
    var segments = MathSegments.of(body);
    if (segments.isEmpty()) {
      return new AnswerText(trimmed(body), false, body.contains("\\"));
    }
    var sentence = body.length() > WHOLE_CHARS ? lastSentence(body) : inSentence(body);
    return sentence.orElseGet(() -> new AnswerText(trimmed(body), false, true));
  }

  private static Optional<AnswerText> marked(String body) {
    var ends = MARK.matcher(body).results().map(java.util.regex.MatchResult::end).toList();
    return ends.reversed().stream()
        .limit(FOLLOWED_MARKS)
        .map(end -> HOPE.matcher(firstLine(body.substring(end))).replaceFirst(""))
        .flatMap(rest -> afterMark(rest).stream())
        .findFirst();
  }

  private static String firstLine(String text) {
    var line = text.stripLeading();
    if (line.startsWith("\\[") || line.startsWith("$$")) {
      return line;
    }
    var end = line.indexOf('\n');
    return end < 0 ? line : line.substring(0, end);
  }

  private static Optional<AnswerText> afterMark(String rest) {
    var segments = MathSegments.of(rest);
    if (!segments.isEmpty() && rest.substring(0, segments.getFirst().start()).isBlank()) {
      var sentence = SENTENCE.split(rest, 2)[0];
      return Optional.of(
          MathSegments.isOnlyMath(trimmed(sentence))
              ? new AnswerText(MathSegments.joined(trimmed(sentence)), true, true)
              : new AnswerText(segments.getFirst().inside(), true, true));
    }
    var sentence = trimmed(SENTENCE.split(rest, 2)[0]);
    if (sentence.isEmpty()) {
      return Optional.empty();
    }
    if (sentence.split("\\s+", -1).length <= WHOLE_WORDS && segments.isEmpty()) {
      return Optional.of(new AnswerText(sentence, true, sentence.contains("\\")));
    }
    return inSentence(sentence).map(answer -> new AnswerText(answer.text, true, answer.latex));
  }

  private static Optional<AnswerText> lastSentence(String body) {
    var text = HOPE.matcher(body).replaceFirst("");
    var display = MathSegments.last(text);
    var from = display.isPresent() ? display.get().end() : 0;
    var tail = text.substring(from);
    var sentences = SENTENCE.split(tail, -1);
    for (var i = sentences.length - 1; i > 0; i--) {
      var found = inSentence(sentences[i]);
      if (found.isPresent()) {
        return found;
      }
    }
    var start = display.isPresent() ? sentenceStart(text, display.get().start()) : 0;
    return inSentence(text.substring(start, Math.min(text.length(), from + sentences[0].length())));
  }

  private static int sentenceStart(String text, int before) {
    var start = 0;
    var match = SENTENCE.matcher(text).region(0, before);
    while (match.find()) {
      start = match.end();
    }
    return start;
  }

  /// The value that "is" or "=" leads to, else the last value.
  private static Optional<AnswerText> inSentence(String whole) {
    var sentence = whole.substring(Math.max(0, whole.length() - SENTENCE_CHARS));
    var segments = MathSegments.of(sentence);
    var candidates = new ArrayList<Candidate>();
    segments.forEach(s -> candidates.add(new Candidate(s.start(), s.end(), s.inside(), true)));
    var numbers = NUMBER.matcher(sentence);
    while (numbers.find()) {
      var at = numbers.start();
      if (segments.stream().noneMatch(s -> s.start() <= at && at < s.end())) {
        candidates.add(new Candidate(at, numbers.end(), numbers.group(), false));
      }
    }
    candidates.sort(java.util.Comparator.comparingInt(Candidate::start));
    return candidates.stream()
        .filter(c -> IS.matcher(sentence).region(Math.max(0, c.start - 40), c.start).find())
        .reduce((_, later) -> later)
        .or(() -> candidates.stream().reduce((_, later) -> later))
        .map(c -> c.answer(candidates, sentence));
  }

  private record Candidate(int start, int end, String text, boolean latex) {
    /// This with what connectives join to it.
    AnswerText answer(List<Candidate> all, String sentence) {
      var joined = new StringBuilder(text.strip());
      var at = end;
      for (var next : all) {
        if (next.start >= at
            && latex
            && next.latex
            && MathSegments.isConnective(sentence.substring(at, next.start))) {
          joined.append(" , ").append(next.text.strip());
          at = next.end;
        }
      }
      return new AnswerText(trimmed(joined.toString()), latex, latex);
    }
  }

  /// Without emphasis around it and punctuation behind it.
  private static String trimmed(String answer) {
    var text = answer.strip();
    var start = 0;
    var end = text.length();
    while (start < end && "*: ".indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && "*.,; ".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end).strip();
  }
}
