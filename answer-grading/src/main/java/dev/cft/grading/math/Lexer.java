package dev.cft.grading.math;

import dev.cft.grading.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Cuts an answer into tokens. Spacing, size and colour commands, dollar signs and currency signs
/// vanish here; text commands become words, letters or connectives.
final class Lexer {
  private static final Pattern DOUBLED = Pattern.compile("\\\\\\\\(?=[A-Za-z{}%$])");
  private static final Pattern CONNECTIVE =
      Pattern.compile("(?<=[\\d)}\\]$])(and|or)(?=[A-Z(\\\\$\\d{\\[-])");
  private static final Pattern WORDY = Pattern.compile("[\\\\^_=+*/<>|]");
  private static final Pattern TEXT_COMMAND =
      Pattern.compile("\\\\(?:text|mathrm|textbf|mbox|textit|operatorname)\\b|\\\\[ ,;:!$%]");

  private final String text;
  private final Commas commas;
  private final boolean wordy;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean spaced;

  private Lexer(String text, Commas commas, boolean wordy) {
    this.text = text;
    this.commas = commas;
    this.wordy = wordy;
  }

  /// The tokens of an answer, an end token last.
  ///
  /// @throws UnreadableException for a brace that is never closed in a text command
  static List<Token> tokens(String answer, Commas commas) {
    var plain = plain(answer);
    var lexer = new Lexer(plain, commas, isWordy(plain));
    lexer.run();
    lexer.add(Kind.END, "");
    return lexer.tokens;
  }

  private static boolean isWordy(String answer) {
    return !WORDY.matcher(TEXT_COMMAND.matcher(answer).replaceAll("")).find();
  }

  private static String plain(String answer) {
    var s = new StringBuilder(answer.length() + 16);
    for (var i = 0; i < answer.length(); i++) {
      var c = answer.charAt(i);
      var stands = c < 128 ? null : Vocabulary.CHARACTERS.get(c);
      if (stands == null) {
        s.append(c);
      } else {
        s.append(stands);
      }
    }
    var plain = s.toString();
    if (!plain.contains("\\begin")) {
      plain = DOUBLED.matcher(plain).replaceAll("\\\\");
    }
    return CONNECTIVE.matcher(plain).replaceAll(" $1 ");
  }

  private void run() {
    while (at < text.length()) {
      var c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '~' || c == '$') {
        at++;
        spaced = true;
      } else if (c == '\\') {
        command();
      } else if (isDigit(c)
          || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
        number();
      } else if (Character.isLetter(c)) {
        letters();
      } else {
        sign();
      }
    }
  }

  private void sign() {
    for (var two : List.of("<=", ">=", "!=", "**", "==")) {
      if (text.startsWith(two, at)) {
        at += 2;
        add(
            Kind.SIGN,
            switch (two) {
              case "<=" -> "≤";
              case ">=" -> "≥";
              case "!=" -> "≠";
              case "==" -> "=";
              default -> "^";
            });
        return;
      }
    }
    add(Kind.SIGN, text.substring(at, at + 1));
    at++;
  }

  private void number() {
    var number = NumberText.at(text, at, commas);
    at = number.end();
    add(Kind.NUMBER, number.digits());
  }

  private void letters() {
    var end = at;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    var run = text.substring(at, end);
    var lower = run.toLowerCase(Locale.ROOT);
    if (Vocabulary.FUNCTIONS.contains(run) || lower.equals("sqrt") || lower.equals("pi")) {
      add(Kind.COMMAND, lower.equals("pi") || lower.equals("sqrt") ? lower : run);
    } else if (lower.equals("infinity") || lower.equals("infty") || lower.equals("inf")) {
      add(Kind.COMMAND, "infty");
    } else if (lower.equals("and") || lower.equals("or")) {
      add(Kind.CONNECTIVE, lower);
    } else if (isWord(run)) {
      add(Kind.WORDS, lower);
    } else {
      for (var i = 0; i < run.length(); i++) {
        add(Kind.LETTER, run.substring(i, i + 1));
      }
    }
    at = end;
  }

  /// A run of letters is a word where nothing in the answer looks like mathematics, or where a
  /// number stands before a unit.
  private boolean isWord(String run) {
    var afterValue = !tokens.isEmpty() && endsValue(tokens.getLast());
    if (run.length() > 1 && afterValue && Vocabulary.isUnit(run.toLowerCase(Locale.ROOT))) {
      return true;
    }
    var oneCase = run.substring(1).equals(run.substring(1).toLowerCase(Locale.ROOT));
    return (run.length() >= 4 && oneCase && (wordy || spaced))
        || (run.length() >= 3 && oneCase && afterValue && spaced)
        || (run.length() >= 2 && wordy && tokens.isEmpty() && oneCase && run.length() != 2);
  }

  private static boolean endsValue(Token token) {
    return token.kind() == Kind.NUMBER
        || token.isSign("}")
        || token.isSign(")")
        || token.isCommand("pi");
  }

  private void command() {
    var end = at + 1;
    while (end < text.length() && isLatin(text.charAt(end))) {
      end++;
    }
    if (end == at + 1) {
      escaped();
      return;
    }
    var name = text.substring(at + 1, end);
    at = end;
    if (Vocabulary.SPACES.contains(name)) {
      spaced = true;
    } else if (name.equals("left") || name.equals("right")) {
      // `\left.` is no bracket at all.
      if (at < text.length() && text.charAt(at) == '.') {
        at++;
      }
    } else if (Vocabulary.LOOKS.contains(name)) {
      return;
    } else if (name.equals("begin") || name.equals("end")) {
      add(name.equals("begin") ? Kind.BEGIN : Kind.END_ENV, braced().replace("*", "").strip());
    } else if (Vocabulary.TEXTS.contains(name)) {
      text(argument());
    } else if (Vocabulary.SIGNS.containsKey(name)) {
      add(Kind.SIGN, Vocabulary.SIGNS.get(name));
    } else {
      add(
          Kind.COMMAND,
          name.equals("tfrac") || name.equals("dfrac") || name.equals("cfrac") ? "frac" : name);
    }
  }

  private void escaped() {
    var c = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    at += 2;
    switch (c) {
      case '{', '}' -> add(Kind.SIGN, "\\" + c);
      case '\\' -> add(Kind.SIGN, "\\\\");
      case '%' -> add(Kind.SIGN, "%");
      case '|' -> add(Kind.SIGN, "|");
      case '!' -> {}
      case '(', ')', '[', ']', '$', ',', ';', ':', ' ', '\n', '>', '\'', '"', '/', '-' ->
          spaced = true;
      default -> at--;
    }
  }

  /// What a text command says: a connective, mathematics in upright letters, or words.
  private void text(String content) {
    var words = content.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    var bare = words.replaceAll("^[,;]|[,;.]$", "").strip();
    if (bare.equals("and") || bare.equals("or")) {
      add(Kind.CONNECTIVE, bare);
    } else if (bare.isEmpty()) {
      if (words.contains(",")) {
        add(Kind.SIGN, ",");
      }
      spaced = true;
    } else if (bare.length() == 1
        || Vocabulary.FUNCTIONS.contains(content.strip())
        || bare.matches("[\\d.,\\s-]+")) {
      tokens.addAll(inner(content));
    } else {
      add(Kind.WORDS, words);
    }
  }

  private List<Token> inner(String content) {
    var lexer = new Lexer(content.strip(), commas, false);
    lexer.run();
    return lexer.tokens;
  }

  private String argument() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '{') {
      return braced();
    }
    var end = Math.min(text.length(), at + 1);
    var one = text.substring(at, end);
    at = end;
    return one;
  }

  private String braced() {
    while (at < text.length() && text.charAt(at) != '{') {
      if (!Character.isWhitespace(text.charAt(at))) {
        return "";
      }
      at++;
    }
    var depth = 0;
    for (var i = at; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
        if (depth == 0) {
          var content = text.substring(at + 1, i);
          at = i + 1;
          return content;
        }
      }
    }
    throw new UnreadableException("a brace is not closed");
  }

  private void add(Kind kind, String value) {
    tokens.add(new Token(kind, value, spaced));
    spaced = false;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLatin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
