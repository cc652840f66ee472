package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns words into expressions, with the precedences of Jinja2's own parser.
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

  private final Tokens tokens;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /// An expression; several separated by commas are a tuple.
  Expression expressionOrTuple() {
    var first = expression();
    if (!tokens.peek().is(",")) {
      return first;
    }
    var parts = new ArrayList<Expression>();
    parts.add(first);
    while (tokens.take(",")) {
      parts.add(expression());
    }
    return listOf(parts);
  }

  Expression expression() {
    var value = withoutCondition();
    while (tokens.take("if")) {
      var whenTrue = value;
      var condition = withoutCondition();
      Expression otherwise =
          tokens.take("else") ? expression() : _ -> new Undefined("the missing else");
      value =
          scope ->
              Values.truth(condition.value(scope)) ? whenTrue.value(scope) : otherwise.value(scope);
    }
    return value;
  }

  /// Without `x if y else z`, as in `for m in messages if …`.
  Expression withoutCondition() {
    var left = conjunction();
    while (tokens.take("or")) {
      var first = left;
      var second = conjunction();
      left =
          scope -> {
            var value = first.value(scope);
            return Values.truth(value) ? value : second.value(scope);
          };
    }
    return left;
  }

  private Expression conjunction() {
    var left = negation();
    while (tokens.take("and")) {
      var first = left;
      var second = negation();
      left =
          scope -> {
            var value = first.value(scope);
            return Values.truth(value) ? second.value(scope) : value;
          };
    }
    return left;
  }

  private Expression negation() {
    if (tokens.take("not")) {
      var operand = negation();
      return scope -> !Values.truth(operand.value(scope));
    }
    return comparison();
  }

  private Expression comparison() {
    var left = sum();
    while (true) {
      var first = left;
      var operator = tokens.peek().text();
      if (tokens.peek().kind() == Token.Kind.OPERATOR && COMPARISONS.contains(operator)) {
        tokens.next();
        var second = sum();
        left = scope -> Operators.compare(operator, first.value(scope), second.value(scope));
      } else if (tokens.take("in")) {
        var second = sum();
        left = scope -> Operators.contains(second.value(scope), first.value(scope));
      } else if (tokens.peek().is("not") && tokens.followedBy("in")) {
        tokens.next();
        tokens.next();
        var second = sum();
        left = scope -> !Operators.contains(second.value(scope), first.value(scope));
      } else {
        return left;
      }
    }
  }

  private Expression sum() {
    var left = concatenation();
    while (tokens.peek().is("+") || tokens.peek().is("-")) {
      left = binary(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    var left = product();
    while (tokens.take("~")) {
      left = binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    var left = power();
    while (tokens.peek().is("*")
        || tokens.peek().is("/")
        || tokens.peek().is("//")
        || tokens.peek().is("%")) {
      left = binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    var left = unary(true);
    while (tokens.take("**")) {
      left = binary("**", left, unary(true));
    }
    return left;
  }

  private static Expression binary(String operator, Expression left, Expression right) {
    return scope -> Operators.arithmetic(operator, left.value(scope), right.value(scope));
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    if (tokens.take("-")) {
      var operand = unary(false);
      value = scope -> Operators.arithmetic("-", 0L, operand.value(scope));
    } else if (tokens.take("+")) {
      value = unary(false);
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtersAndTests(value) : value;
  }

  private Expression primary() {
    var token = tokens.next();
    return switch (token.kind()) {
      case STRING -> {
        var text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Token.Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield constant(text.toString());
      }
      case INTEGER -> constant(Long.parseLong(token.text()));
      case FLOAT -> constant(Double.parseDouble(token.text()));
      case NAME -> name(token.text());
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesised();
            case "[" -> listOf(expressionsUntil("]"));
            case "{" -> dictionary();
            default -> throw tokens.error("unexpected '" + token.text() + "'");
          };
      case END -> throw tokens.error("the expression ends early");
    };
  }

  private static Expression constant(Object value) {
    return _ -> value;
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> constant(true);
      case "false", "False" -> constant(false);
      case "none", "None" -> constant(None.NONE);
      default -> scope -> scope.get(name);
    };
  }

  private Expression parenthesised() {
    if (tokens.take(")")) {
      return listOf(List.of());
    }
    var value = expressionOrTuple();
    tokens.expect(")");
    return value;
  }

  private List<Expression> expressionsUntil(String end) {
    var parts = new ArrayList<Expression>();
    while (!tokens.take(end)) {
      parts.add(expression());
      if (!tokens.peek().is(end)) {
        tokens.expect(",");
      }
    }
    return parts;
  }

  private static Expression listOf(List<Expression> parts) {
    return scope -> {
      var list = new ArrayList<Object>();
      parts.forEach(part -> list.add(part.value(scope)));
      return list;
    };
  }

  private Expression dictionary() {
    var entries = new ArrayList<Map.Entry<Expression, Expression>>();
    while (!tokens.take("}")) {
      var key = expression();
      tokens.expect(":");
      entries.add(Map.entry(key, expression()));
      if (!tokens.peek().is("}")) {
        tokens.expect(",");
      }
    }
    return scope -> {
      var map = new LinkedHashMap<Object, Object>();
      entries.forEach(entry -> map.put(entry.getKey().value(scope), entry.getValue().value(scope)));
      return map;
    };
  }

  private Expression postfix(Expression start) {
    var value = start;
    while (true) {
      var target = value;
      if (tokens.take(".")) {
        var attribute = tokens.next().text();
        value = scope -> Members.attribute(target.value(scope), attribute);
      } else if (tokens.take("[")) {
        value = subscript(target);
      } else if (tokens.take("(")) {
        value = call(target);
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression none = constant(None.NONE);
    var first = tokens.peek().is(":") ? none : expressionOrTuple();
    if (tokens.take("]")) {
      return scope -> Members.item(target.value(scope), first.value(scope));
    }
    tokens.expect(":");
    var second = tokens.peek().is(":") || tokens.peek().is("]") ? none : expression();
    var step = tokens.take(":") && !tokens.peek().is("]") ? expression() : none;
    tokens.expect("]");
    return scope ->
        Members.slice(
            target.value(scope), first.value(scope), second.value(scope), step.value(scope));
  }

  private Expression call(Expression target) {
    var arguments = arguments();
    return scope -> {
      var callee = target.value(scope);
      if (callee instanceof Callable callable) {
        return callable.call(arguments.positional(scope), arguments.named(scope));
      }
      throw new TemplateException(
          callee instanceof Undefined undefined
              ? "'" + undefined.name() + "' is undefined"
              : "Cannot call " + Values.text(callee));
    };
  }

  private Arguments arguments() {
    var positional = new ArrayList<Expression>();
    var named = new LinkedHashMap<String, Expression>();
    while (!tokens.take(")")) {
      if (tokens.peek().kind() == Token.Kind.NAME && tokens.followedBy("=")) {
        var name = tokens.expectName();
        tokens.expect("=");
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!tokens.peek().is(")")) {
        tokens.expect(",");
      }
    }
    return new Arguments(positional, named);
  }

  private Expression filtersAndTests(Expression start) {
    var value = start;
    while (true) {
      var input = value;
      if (tokens.take("|")) {
        var name = tokens.expectName();
        var arguments = tokens.take("(") ? arguments() : Arguments.NONE;
        value =
            scope ->
                Filters.apply(
                    name, input.value(scope), arguments.positional(scope), arguments.named(scope));
      } else if (tokens.take("is")) {
        value = test(input);
      } else if (tokens.take("(")) {
        value = call(input);
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression input) {
    boolean negated = tokens.take("not");
    var name = tokens.next().text();
    Arguments arguments;
    if (tokens.take("(")) {
      arguments = arguments();
    } else if (startsOperand(tokens.peek())) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    } else {
      arguments = Arguments.NONE;
    }
    return scope -> negated != Tests.holds(name, input.value(scope), arguments.positional(scope));
  }

  private static boolean startsOperand(Token token) {
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME ->
          !Set.of("else", "or", "and", "if", "in", "is", "not", "recursive").contains(token.text());
      case OPERATOR -> token.is("[") || token.is("{");
      case END -> false;
    };
  }
}
