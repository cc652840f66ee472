package dev.cft.critiques.arithmetic;

import dev.cft.critiques.arithmetic.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of a solution as tokens.
///
/// @param notes calculator annotations (`<<48/2=24>>`, as GSM8K has them) by the number of tokens
///   before them
record Line(List<Token> tokens, Map<Integer, String> notes) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<number>\\d{1,3}(?:,\\d{3})++(?!\\d)(?:\\.\\d++)?|\\d++(?:\\.\\d++)?|\\.\\d++)"
              + "|(?<command>\\\\[A-Za-z]++)"
              + "|(?<word>\\p{L}[\\p{L}\\p{Nd}'’_]*+(?:-\\p{L}++)*+)"
              + "|(?<sign>[-−–+*·∙/÷×^=≈%()])"
              + "|(?<mark>[.,;:?\"“”—…&])"
              + "|(?<other>\\S)");
  private static final Pattern NOTE = Pattern.compile("<<([^<>\\n]{0,200})>>");
  private static final Pattern BULLET = Pattern.compile("^\\s*(?:[-*•]|\\d{1,2}[.)])\\s+");
  private static final Pattern FRACTION =
      Pattern.compile("\\\\[dt]?frac\\s*\\{([^{}]{1,60})}\\s*\\{([^{}]{1,60})}");
  private static final Pattern BRACED =
      Pattern.compile("\\\\(?:text|mathrm|mbox|textbf|boxed|mathbf)\\s*\\{([^{}]{0,100})}");
  private static final Pattern PROSE_IN_PARENTHESES =
      Pattern.compile("\\((?!\\d)[^()0-9]{0,80}\\)");
  private static final Pattern X_BETWEEN_NUMBERS =
      Pattern.compile("(?<=[\\w%)])(?:(?<=\\d)\\s*|\\s+)[xX](?:\\s+(?=[$(.\\d])|(?=\\d))");

  /// Words that multiply, split or round what stands beside them.
  private static final Set<String> UNREADABLE_WORDS =
      Set.of(
          "half",
          "twice",
          "double",
          "triple",
          "thrice",
          "quarter",
          "third",
          "thirds",
          "fourth",
          "fourths",
          "fifth",
          "fifths",
          "dozen",
          "dozens",
          "hundred",
          "thousand",
          "million",
          "billion",
          "trillion",
          "cent",
          "cents",
          "times",
          "plus",
          "minus",
          "negative",
          "squared",
          "cubed",
          "root",
          "mod",
          "remainder",
          "modulo",
          "sqrt",
          "sin",
          "cos",
          "tan",
          "log",
          "ln");

  private static final Pattern CUT_OFF = Pattern.compile("(?<=\\d)(?:\\.{2,}|…)(%?)");
  private static final Map<String, String> COMMANDS =
      Map.of("\\times", "*", "\\cdot", "*", "\\div", "/", "\\approx", "≈", "\\percent", "%");

  static Line of(String text) {
    var tokens = new ArrayList<Token>();
    var notes = new HashMap<Integer, String>();
    var bare = plain(BULLET.matcher(text).replaceFirst(""));
    var from = 0;
    for (MatchResult note : NOTE.matcher(bare).results().toList()) {
      tokenize(bare, from, note.start(), tokens);
      notes.put(tokens.size(), note.group(1));
      from = note.end();
    }
    tokenize(bare, from, bare.length(), tokens);
    return new Line(List.copyOf(tokens), Map.copyOf(notes));
  }

  private static String plain(String text) {
    var s = text.replace("\\left", "").replace("\\right", "").replace("{,}", ",");
    s = s.replace("\\$", " ").replace("\\%", "%").replace("==", "=");
    s = BRACED.matcher(s).replaceAll(m -> Matcher.quoteReplacement(" " + m.group(1) + " "));
    s =
        FRACTION
            .matcher(s)
            .replaceAll(
                m -> Matcher.quoteReplacement("((%s)/(%s))".formatted(m.group(1), m.group(2))));
    s = s.replaceAll("\\\\[\\[\\]()!,;: ]", " ").replaceAll("[$€£]", " ");
    s = s.replaceAll("\\^\\{(\\d{1,2})}", "^$1");
    s = s.replaceAll("(?<=\\d)\\s?\\*\\*\\s?(?=\\d)", "^").replace("**", " ");
    s = CUT_OFF.matcher(s).replaceAll("$1 about");
    s = PROSE_IN_PARENTHESES.matcher(s).replaceAll(" ");
    return X_BETWEEN_NUMBERS.matcher(s).replaceAll(" * ");
  }

  private static void tokenize(String text, int from, int to, List<Token> tokens) {
    TOKEN.matcher(text).region(from, to).results().forEach(match -> tokens.add(token(text, match)));
  }

  private static Token token(String text, MatchResult match) {
    var found = match.group();
    var kind =
        isInsideNumber(text, match)
            ? Kind.UNREADABLE
            : match.group("number") != null
                ? Kind.NUMBER
                : match.group("command") != null
                    ? sign(COMMANDS.getOrDefault(found, ""))
                    : match.group("word") != null
                        ? word(text, match)
                        : match.group("sign") != null
                            ? sign(found)
                            : match.group("mark") != null ? Kind.BREAK : Kind.UNREADABLE;
    return new Token(
        kind, kind == Kind.NUMBER ? found.replace(",", "") : found, match.start(), match.end());
  }

  /// The colon of a time of day, the comma of a number with wrong thousands.
  private static boolean isInsideNumber(String text, MatchResult match) {
    return (match.group().equals(":") || match.group().equals(","))
        && match.start() > 0
        && match.end() < text.length()
        && Character.isDigit(text.charAt(match.start() - 1))
        && Character.isDigit(text.charAt(match.end()));
  }

  private static Kind word(String text, MatchResult match) {
    var word = match.group().toLowerCase(Locale.ROOT);
    if (word.equals("percent")) {
      return Kind.PERCENT;
    }
    var touchesDigit = match.start() > 0 && Character.isDigit(text.charAt(match.start() - 1));
    var isVariable =
        word.length() == 1 && (touchesDigit || !(word.equals("a") || word.equals("i")));
    var isFunction = match.end() < text.length() && text.charAt(match.end()) == '(';
    return isVariable || isFunction || UNREADABLE_WORDS.contains(word)
        ? Kind.UNREADABLE
        : Kind.WORD;
  }

  private static Kind sign(String sign) {
    return switch (sign) {
      case "+" -> Kind.PLUS;
      case "-", "−", "–" -> Kind.MINUS;
      case "*", "·", "∙", "×" -> Kind.TIMES;
      case "/", "÷" -> Kind.OVER;
      case "^" -> Kind.POWER;
      case "(" -> Kind.OPEN;
      case ")" -> Kind.CLOSE;
      case "=" -> Kind.EQUALS;
      case "≈" -> Kind.ABOUT;
      case "%" -> Kind.PERCENT;
      default -> Kind.UNREADABLE;
    };
  }
}
