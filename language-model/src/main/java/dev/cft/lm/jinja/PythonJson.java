package dev.cft.lm.jinja;

import java.util.List;
import java.util.Map;

/// JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it, which is what templates were
/// trained with.
final class PythonJson {
  private final StringBuilder out = new StringBuilder();
  private final int indent;

  private PythonJson(int indent) {
    this.indent = indent;
  }

  /// A negative indent writes one line.
  static String dump(Object value, int indent) {
    var json = new PythonJson(indent);
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Object value, int depth) {
    switch (value) {
      case None _ -> out.append("null");
      case Boolean truth -> out.append(truth);
      case Number number -> out.append(number);
      case String text -> quoted(text);
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> map(map, depth);
      case Undefined undefined ->
          throw new TemplateException("'" + undefined.name() + "' is undefined");
      default -> throw new TemplateException("No JSON for " + value);
    }
  }

  private void list(List<?> list, int depth) {
    out.append('[');
    boolean first = true;
    for (Object element : list) {
      separate(first, depth + 1);
      write(None.orValue(element), depth + 1);
      first = false;
    }
    end(first, depth, ']');
  }

  private void map(Map<?, ?> map, int depth) {
    out.append('{');
    boolean first = true;
    for (var entry : map.entrySet()) {
      separate(first, depth + 1);
      quoted(Values.text(entry.getKey()));
      out.append(": ");
      write(None.orValue(entry.getValue()), depth + 1);
      first = false;
    }
    end(first, depth, '}');
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(indent < 0 ? ", " : ",");
    }
    line(depth);
  }

  private void end(boolean empty, int depth, char bracket) {
    if (!empty) {
      line(depth);
    }
    out.append(bracket);
  }

  private void line(int depth) {
    if (indent >= 0) {
      out.append('\n').append(" ".repeat(indent * depth));
    }
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    out.append('"');
  }
}
