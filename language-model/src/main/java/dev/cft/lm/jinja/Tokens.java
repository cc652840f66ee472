package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The words of one expression or tag, read from left to right.
final class Tokens {
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*(?:(?<name>[\\p{L}_]\\w*)|(?<float>\\d+\\.\\d+)|(?<int>\\d+)"
              + "|(?<string>'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
              + "|(?<op>==|!=|<=|>=|//|\\*\\*|[-+*/%~|.,:()\\[\\]{}<>=]))",
          Pattern.DOTALL);

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  Tokens(String source) {
    this.source = source;
    var matcher = WORD.matcher(source);
    int end = 0;
    while (matcher.region(end, source.length()).lookingAt()) {
      tokens.add(token(matcher));
      end = matcher.end();
    }
    if (!source.substring(end).isBlank()) {
      throw new TemplateException(
          "Cannot read '" + source.substring(end).strip() + "' in '" + source.strip() + "'");
    }
    tokens.add(new Token(Token.Kind.END, ""));
  }

  private static Token token(java.util.regex.Matcher matcher) {
    if (matcher.group("name") != null) {
      return new Token(Token.Kind.NAME, matcher.group("name"));
    }
    if (matcher.group("float") != null) {
      return new Token(Token.Kind.FLOAT, matcher.group("float"));
    }
    if (matcher.group("int") != null) {
      return new Token(Token.Kind.INTEGER, matcher.group("int"));
    }
    if (matcher.group("string") != null) {
      var quoted = matcher.group("string");
      return new Token(Token.Kind.STRING, unescaped(quoted.substring(1, quoted.length() - 1)));
    }
    return new Token(Token.Kind.OPERATOR, matcher.group("op"));
  }

  private static String unescaped(String text) {
    var result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        result.append(c);
        continue;
      }
      char escaped = text.charAt(++i);
      switch (escaped) {
        case 'n' -> result.append('\n');
        case 't' -> result.append('\t');
        case 'r' -> result.append('\r');
        case '\\', '\'', '"' -> result.append(escaped);
        case 'u' -> {
          result.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> result.append('\\').append(escaped);
      }
    }
    return result.toString();
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    return tokens.get(at).kind() == Token.Kind.END ? tokens.get(at) : tokens.get(at++);
  }

  /// Takes the word if it is this operator or name.
  boolean take(String text) {
    if (peek().is(text)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String text) {
    if (!take(text)) {
      throw error("expected '" + text + "'");
    }
  }

  String expectName() {
    if (peek().kind() != Token.Kind.NAME) {
      throw error("expected a name");
    }
    return next().text();
  }

  /// Whether the word after the next is this one.
  boolean followedBy(String text) {
    return at + 1 < tokens.size() && tokens.get(at + 1).is(text);
  }

  void expectEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw error("unexpected '" + peek().text() + "'");
    }
  }

  TemplateException error(String problem) {
    return new TemplateException(problem + " in '" + source.strip() + "'");
  }
}
