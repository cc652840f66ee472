package dev.cft.grading.math;

import dev.cft.grading.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// The tokens of an answer with the place that is read next, and the limits on what is read.
final class TokenStream {
  /// Deepest nesting and largest tree that is read (our choice; the largest gold answer of the
  /// benchmarks has a nesting of 7 and 60 parts).
  private static final int MAX_DEPTH = 60;

  private static final int MAX_TOKENS = 3000;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    if (tokens.size() > MAX_TOKENS) {
      throw new UnreadableException("it is longer than %d signs".formatted(MAX_TOKENS));
    }
    this.tokens = new ArrayList<>(tokens);
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    var token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean isAt(Kind kind) {
    return peek().kind() == kind;
  }

  boolean isAtSign(String sign) {
    return peek().isSign(sign);
  }

  boolean skipSign(String sign) {
    if (isAtSign(sign)) {
      at++;
      return true;
    }
    return false;
  }

  void expectSign(String sign) {
    if (!skipSign(sign)) {
      throw new UnreadableException("'%s' is missing before '%s'".formatted(sign, peek().text()));
    }
  }

  /// The first digit of a number: what `\frac12` takes for its argument.
  String digit() {
    var number = next();
    var digits = number.text();
    if (!digits.chars().allMatch(Character::isDigit)) {
      return digits;
    }
    if (digits.length() > 1) {
      at--;
      tokens.set(at, new Token(Kind.NUMBER, digits.substring(1), false));
    }
    return digits.substring(0, 1);
  }

  /// Puts one token in the place of some that are still to come.
  void replace(int ahead, int count, Token token) {
    tokens.subList(at + ahead, at + ahead + count).clear();
    tokens.add(at + ahead, token);
  }

  /// Takes away some tokens that are still to come.
  void remove(int ahead, int count) {
    tokens.subList(at + ahead, at + ahead + count).clear();
  }

  int mark() {
    return at;
  }

  void reset(int mark) {
    at = mark;
  }

  /// One level down; the caller comes up again.
  void enter() {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new UnreadableException("it is nested deeper than %d levels".formatted(MAX_DEPTH));
    }
  }

  void leave() {
    depth--;
  }
}
