package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/// The methods of Python's strings, dictionaries and lists that chat templates call.
final class Methods {
  private Methods() {}

  static Object ofString(String text, String name) {
    Callable method =
        switch (name) {
          case "strip" -> (arguments, _) -> strip(text, arguments, true, true);
          case "lstrip" -> (arguments, _) -> strip(text, arguments, true, false);
          case "rstrip" -> (arguments, _) -> strip(text, arguments, false, true);
          case "upper" -> (_, _) -> text.toUpperCase(Locale.ROOT);
          case "lower" -> (_, _) -> text.toLowerCase(Locale.ROOT);
          case "title" -> (_, _) -> title(text);
          case "capitalize" -> (_, _) -> capitalized(text);
          case "split" -> (arguments, _) -> split(text, arguments);
          case "splitlines" -> (_, _) -> new ArrayList<Object>(text.lines().toList());
          case "startswith" -> (arguments, _) -> anyAffix(arguments, text::startsWith);
          case "endswith" -> (arguments, _) -> anyAffix(arguments, text::endsWith);
          case "replace" -> (arguments, _) -> replace(text, arguments);
          case "find" ->
              (arguments, _) ->
                  (long) text.indexOf(Values.string(arguments.getFirst(), "find's argument"));
          case "count" ->
              (arguments, _) ->
                  (long)
                          parts(text, Values.string(arguments.getFirst(), "count's argument"), -1)
                              .size()
                      - 1;
          case "join" -> (arguments, _) -> join(text, arguments.getFirst());
          case "isdigit" ->
              (_, _) -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
          default -> throw new TemplateException("Strings have no method '" + name + "' here");
        };
    return method;
  }

  static Object ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> (Callable) (_, _) -> items(map);
      case "keys" -> (Callable) (_, _) -> new ArrayList<Object>(map.keySet());
      case "values" -> (Callable) (_, _) -> new ArrayList<Object>(map.values());
      case "get" -> (Callable) (arguments, _) -> get(map, arguments);
      default -> new Undefined(name);
    };
  }

  static Object ofList(List<?> list, String name) {
    return switch (name) {
      case "append" ->
          (Callable)
              (arguments, _) -> {
                @SuppressWarnings("unchecked")
                var target = (List<Object>) list;
                target.add(arguments.getFirst());
                return None.NONE;
              };
      case "index" -> (Callable) (arguments, _) -> (long) list.indexOf(arguments.getFirst());
      default -> new Undefined(name);
    };
  }

  static List<Object> items(Map<?, ?> map) {
    var items = new ArrayList<Object>();
    map.forEach((key, value) -> items.add(List.of(key, None.orValue(value))));
    return items;
  }

  private static Object get(Map<?, ?> map, List<Object> arguments) {
    var otherwise = arguments.size() > 1 ? arguments.get(1) : None.NONE;
    return map.containsKey(arguments.getFirst())
        ? None.orValue(map.get(arguments.getFirst()))
        : otherwise;
  }

  static String strip(String text, List<Object> arguments, boolean left, boolean right) {
    IntPredicate stripped = c -> Character.isWhitespace(c) || Character.isSpaceChar(c);
    if (!arguments.isEmpty() && arguments.getFirst() != None.NONE) {
      var characters = Values.string(arguments.getFirst(), "What to strip");
      stripped = c -> characters.indexOf(c) >= 0;
    }
    int start = 0;
    int end = text.length();
    while (left && start < end && stripped.test(text.charAt(start))) {
      start++;
    }
    while (right && end > start && stripped.test(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  static String title(String text) {
    var result = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      result.append(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = Character.isLetter(c);
    }
    return result.toString();
  }

  static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static boolean anyAffix(
      List<Object> arguments, java.util.function.Predicate<String> test) {
    var affixes =
        arguments.getFirst() instanceof List<?> list ? list : List.of(arguments.getFirst());
    return affixes.stream().anyMatch(affix -> test.test(Values.string(affix, "An affix")));
  }

  private static Object split(String text, List<Object> arguments) {
    long limit = arguments.size() > 1 ? Values.integer(arguments.get(1), "split's limit") : -1;
    if (arguments.isEmpty() || arguments.getFirst() == None.NONE) {
      var words =
          Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
      return new ArrayList<Object>(words);
    }
    return parts(text, Values.string(arguments.getFirst(), "split's separator"), limit);
  }

  private static List<Object> parts(String text, String separator, long limit) {
    var pattern = Pattern.compile(Pattern.quote(separator));
    return new ArrayList<>(
        Arrays.asList((Object[]) pattern.split(text, limit < 0 ? -1 : (int) limit + 1)));
  }

  private static String replace(String text, List<Object> arguments) {
    return text.replace(
        Values.string(arguments.get(0), "replace's argument"),
        Values.string(arguments.get(1), "replace's argument"));
  }

  static String join(String separator, Object values) {
    return String.join(separator, Values.parts(values).stream().map(Values::text).toList());
  }
}
