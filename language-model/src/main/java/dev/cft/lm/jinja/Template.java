package dev.cft.lm.jinja;

import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A parsed template. Thread-safe.
public final class Template {
  private final Statement body;
  private final InstantSource clock;

  private Template(Statement body, InstantSource clock) {
    this.body = body;
    this.clock = clock;
  }

  /// Reads a template; `clock` is what its `strftime_now` shows.
  ///
  /// @throws TemplateException if it uses what is not supported
  public static Template parse(String source, InstantSource clock) {
    return new Template(StatementParser.parse(source), clock);
  }

  /// Renders with these values: strings, numbers, booleans, lists and maps of them.
  ///
  /// @throws TemplateException if the template refuses the values
  public String render(Map<String, Object> values) {
    var scope = new Scope(null);
    scope.set("range", (Callable) (arguments, _) -> range(arguments));
    scope.set("namespace", (Callable) (_, named) -> new Namespace(named));
    scope.set("dict", (Callable) (_, named) -> new HashMap<>(named));
    scope.set("raise_exception", (Callable) (arguments, _) -> refuse(arguments));
    scope.set("strftime_now", (Callable) (arguments, _) -> now(Values.text(arguments.getFirst())));
    values.forEach(scope::set);
    var out = new StringBuilder();
    body.run(scope, out);
    return out.toString();
  }

  private static Object refuse(List<Object> arguments) {
    throw new TemplateException(Values.text(arguments.getFirst()));
  }

  private static List<Object> range(List<Object> arguments) {
    long from = arguments.size() > 1 ? Values.integer(arguments.get(0), "range's start") : 0;
    long to = Values.integer(arguments.get(arguments.size() > 1 ? 1 : 0), "range's end");
    long step = arguments.size() > 2 ? Values.integer(arguments.get(2), "range's step") : 1;
    var numbers = new ArrayList<Object>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

  private String now(String format) {
    var time = LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault());
    var result = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        result.append(c);
        continue;
      }
      result.append(part(time, format.charAt(++i)));
    }
    return result.toString();
  }

  private static String part(LocalDateTime time, char directive) {
    var pattern =
        switch (directive) {
          case 'Y' -> "yyyy";
          case 'm' -> "MM";
          case 'd' -> "dd";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'H' -> "HH";
          case 'M' -> "mm";
          case 'S' -> "ss";
          default -> throw new TemplateException("strftime_now knows no '%" + directive + "' here");
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }
}
