package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.List;

/// A piece of a template: plain text, `{{ output }}` or `{% tag %}`.
record Segment(Kind kind, String content) {
  enum Kind {
    TEXT,
    OUTPUT,
    TAG
  }

  /// Cuts a template, with `trim_blocks` and `lstrip_blocks` as transformers sets them.
  static List<Segment> of(String template) {
    return new Cutter(template).cut();
  }

  private static final class Cutter {
    private final String source;
    private final List<Segment> segments = new ArrayList<>();
    private int at;
    private boolean atLineStart = true;
    private boolean stripNext;

    Cutter(String template) {
      var unixLines = template.replace("\r\n", "\n");
      this.source =
          unixLines.endsWith("\n") ? unixLines.substring(0, unixLines.length() - 1) : unixLines;
    }

    List<Segment> cut() {
      while (at < source.length()) {
        int open = nextOpening();
        if (open < 0) {
          text(source.substring(at));
          break;
        }
        char type = source.charAt(open + 1);
        char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
        text(before(source.substring(at, open), type, sign));
        int start = open + (sign == '-' || sign == '+' ? 3 : 2);
        tag(type, start, closing(type, start));
      }
      return segments;
    }

    private int nextOpening() {
      for (int i = source.indexOf('{', at);
          i >= 0 && i + 1 < source.length();
          i = source.indexOf('{', i + 1)) {
        if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
          return i;
        }
      }
      return -1;
    }

    private String before(String text, char type, char sign) {
      if (sign == '-') {
        return text.stripTrailing();
      }
      int line = text.lastIndexOf('\n') + 1;
      boolean alone = (line > 0 || atLineStart) && text.substring(line).isBlank();
      return type != '{' && sign != '+' && alone ? text.substring(0, line) : text;
    }

    private void text(String text) {
      var kept = stripNext ? text.stripLeading() : text;
      if (!kept.isEmpty()) {
        segments.add(new Segment(Kind.TEXT, kept));
      }
    }

    /// Where the closing bracket of the tag starts; quotes and dictionaries inside the tag hide
    /// brackets.
    private int closing(char type, int start) {
      char last = type == '{' ? '}' : type;
      char quote = 0;
      int open = 0;
      for (int i = start; i + 1 < source.length(); i++) {
        char c = source.charAt(i);
        if (quote != 0) {
          if (c == '\\') {
            i++;
          } else if (c == quote) {
            quote = 0;
          }
        } else if (c == last && source.charAt(i + 1) == '}' && open == 0) {
          return i;
        } else if (type != '#' && (c == '\'' || c == '"')) {
          quote = c;
        } else if (type != '#') {
          open += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
      }
      throw new TemplateException(
          "A tag is never closed: "
              + source.substring(start, Math.min(source.length(), start + 60)));
    }

    private void tag(char type, int start, int end) {
      char sign = end > start ? source.charAt(end - 1) : ' ';
      boolean signed = sign == '-' || (sign == '+' && type == '%');
      var content = source.substring(start, signed ? end - 1 : end);
      if (type != '#') {
        segments.add(new Segment(type == '{' ? Kind.OUTPUT : Kind.TAG, content.strip()));
      }
      at = end + 2;
      stripNext = sign == '-' && signed;
      atLineStart = false;
      if (type != '{' && !signed && at < source.length() && source.charAt(at) == '\n') {
        at++;
        atLineStart = true;
      }
    }
  }
}
