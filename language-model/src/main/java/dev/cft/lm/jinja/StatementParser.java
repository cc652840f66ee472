package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the segments of a template into statements.
final class StatementParser {
  private final List<Segment> segments;
  private int at;

  private StatementParser(List<Segment> segments) {
    this.segments = segments;
  }

  static Statement parse(String template) {
    var parser = new StatementParser(Segment.of(template));
    var body = parser.until(Set.of());
    if (parser.at < parser.segments.size()) {
      throw new TemplateException(
          "Unexpected tag '" + parser.segments.get(parser.at).content() + "'");
    }
    return body;
  }

  /// Statements up to a tag of one of these names, which is not taken.
  private Statement until(Set<String> ends) {
    var statements = new ArrayList<Statement>();
    while (at < segments.size()) {
      var segment = segments.get(at);
      switch (segment.kind()) {
        case TEXT -> statements.add(text(segment.content()));
        case OUTPUT -> statements.add(output(segment.content()));
        case TAG -> {
          var name = name(segment);
          if (ends.contains(name)) {
            return Statement.sequence(statements);
          }
          at++;
          statements.add(tag(name, arguments(segment)));
          continue;
        }
      }
      at++;
    }
    if (!ends.isEmpty()) {
      throw new TemplateException("The template ends before " + ends);
    }
    return Statement.sequence(statements);
  }

  private static String name(Segment tag) {
    return tag.content().split("\\W", 2)[0];
  }

  private static String arguments(Segment tag) {
    return tag.content().substring(name(tag).length());
  }

  /// Takes the tag at hand, which ends a block, and gives what follows its name.
  private String take() {
    return arguments(segments.get(at++));
  }

  private static Statement text(String text) {
    return (_, out) -> {
      out.append(text);
      return Statement.Flow.NEXT;
    };
  }

  private static Statement output(String source) {
    var expression = expression(source);
    return (scope, out) -> {
      out.append(Values.text(expression.value(scope)));
      return Statement.Flow.NEXT;
    };
  }

  private static Expression expression(String source) {
    var tokens = new Tokens(source);
    var expression = new ExpressionParser(tokens).expressionOrTuple();
    tokens.expectEnd();
    return expression;
  }

  private Statement tag(String name, String arguments) {
    return switch (name) {
      case "if" -> condition(arguments);
      case "for" -> loop(arguments);
      case "set" -> assignment(arguments);
      case "macro" -> macro(arguments);
      case "break" -> (_, _) -> Statement.Flow.BREAK;
      case "continue" -> (_, _) -> Statement.Flow.CONTINUE;
      // Marks the assistant's text for masks; it writes what it holds.
      case "generation" -> {
        var body = until(Set.of("endgeneration"));
        take();
        yield body;
      }
      default -> throw new TemplateException("There is no tag '" + name + "' here");
    };
  }

  private Statement condition(String source) {
    var test = expression(source);
    var whenTrue = until(Set.of("elif", "else", "endif"));
    var next = name(segments.get(at));
    var rest = take();
    Statement otherwise =
        switch (next) {
          case "elif" -> condition(rest);
          case "else" -> {
            var body = until(Set.of("endif"));
            take();
            yield body;
          }
          default -> Statement.sequence(List.of());
        };
    return (scope, out) -> (Values.truth(test.value(scope)) ? whenTrue : otherwise).run(scope, out);
  }

  private Statement loop(String source) {
    var tokens = new Tokens(source);
    var names = names(tokens);
    tokens.expect("in");
    var parser = new ExpressionParser(tokens);
    var values = parser.withoutCondition();
    @Nullable Expression filter = tokens.take("if") ? parser.expression() : null;
    tokens.expectEnd();
    var body = until(Set.of("else", "endfor"));
    Statement otherwise = Statement.sequence(List.of());
    if (name(segments.get(at)).equals("else")) {
      take();
      otherwise = until(Set.of("endfor"));
    }
    take();
    return new Loop(names, values, filter, body, otherwise);
  }

  private static List<String> names(Tokens tokens) {
    var names = new ArrayList<String>();
    boolean bracketed = tokens.take("(");
    do {
      names.add(tokens.expectName());
    } while (tokens.take(","));
    if (bracketed) {
      tokens.expect(")");
    }
    return names;
  }

  private Statement assignment(String source) {
    var tokens = new Tokens(source);
    var names = names(tokens);
    @Nullable String attribute = tokens.take(".") ? tokens.expectName() : null;
    if (tokens.take("=")) {
      var value = new ExpressionParser(tokens).expressionOrTuple();
      tokens.expectEnd();
      return (scope, _) -> {
        assign(scope, names, attribute, value.value(scope));
        return Statement.Flow.NEXT;
      };
    }
    tokens.expectEnd();
    var body = until(Set.of("endset"));
    take();
    return (scope, _) -> {
      var text = new StringBuilder();
      var flow = body.run(new Scope(scope), text);
      assign(scope, names, attribute, text.toString());
      return flow;
    };
  }

  private static void assign(
      Scope scope, List<String> names, @Nullable String attribute, Object value) {
    if (attribute != null) {
      if (!(scope.get(names.getFirst()) instanceof Namespace namespace)) {
        throw new TemplateException("'" + names.getFirst() + "' is no namespace");
      }
      namespace.set(attribute, value);
      return;
    }
    Loop.bind(scope, names, value);
  }

  private Statement macro(String source) {
    var tokens = new Tokens(source);
    var name = tokens.expectName();
    tokens.expect("(");
    var parameters = new LinkedHashMap<String, Expression>();
    while (!tokens.take(")")) {
      var parameter = tokens.expectName();
      parameters.put(
          parameter,
          tokens.take("=")
              ? new ExpressionParser(tokens).expression()
              : _ -> new Undefined(parameter));
      if (!tokens.peek().is(")")) {
        tokens.expect(",");
      }
    }
    tokens.expectEnd();
    var body = until(Set.of("endmacro"));
    take();
    return (scope, _) -> {
      Callable macro =
          (arguments, named) -> {
            var local = new Scope(scope);
            int position = 0;
            for (var parameter : parameters.entrySet()) {
              Object value =
                  position < arguments.size()
                      ? arguments.get(position)
                      : parameter.getValue().value(scope);
              local.set(parameter.getKey(), named.getOrDefault(parameter.getKey(), value));
              position++;
            }
            var text = new StringBuilder();
            body.run(local, text);
            return text.toString();
          };
      scope.set(name, macro);
      return Statement.Flow.NEXT;
    };
  }
}
