package dev.cft.grading.qwen;

import java.util.List;
import java.util.regex.Pattern;

/// How the published rules find an answer and clean it (`extract_answer`, `strip_string`), step by
/// step in their order.
final class QwenText {
  private static final Pattern LAST_NUMBER = Pattern.compile("-?\\d*+\\.?\\d+|-?\\d+");
  private static final Pattern NEWLINES = Pattern.compile("\\n\\s*");
  private static final Pattern ARRAY = Pattern.compile("\\\\begin\\{array\\}\\{[^}\\n]*\\}");
  private static final Pattern LAST_TEXT = Pattern.compile("\\\\text\\{.*?\\}$");
  private static final Pattern TEXT = Pattern.compile("\\\\text\\{(.*?)\\}");
  private static final Pattern MBOX = Pattern.compile("\\\\mbox\\{.*?\\}");
  private static final Pattern ZEROS = Pattern.compile("(\\d++)\\.0*+([^\\d])");
  private static final Pattern LAST_ZEROS = Pattern.compile("(\\d++)\\.0*+$");
  private static final Pattern SQRT =
      Pattern.compile("\\\\sqrt(\\w+)", Pattern.UNICODE_CHARACTER_CLASS);
  private static final List<String> NAMES =
      List.of("x=", "y=", "z=", "x\\in", "y\\in", "z\\in", "x\\to", "y\\to", "z\\to");

  /// A longer answer is left as it is (our choice; it equals nothing anyway).
  private static final int MAX_CHARS = 5000;

  private QwenText() {}

  /// The answer of a model's text, cleaned; "" where there is none.
  ///
  /// @param keepUnits as for Minerva-Math
  static String answer(String response, boolean keepUnits) {
    var text = response.replace("ки", "");
    String found;
    if (text.contains("final answer is $") && text.contains("$. I hope")) {
      found = before(after(text, "final answer is $"), "$. I hope").strip();
    } else if (text.contains("boxed")) {
      found = boxed(text.substring(text.lastIndexOf("boxed") + "boxed".length()));
    } else if (text.contains("he answer is")) {
      found = afterLast(text, "he answer is").strip();
    } else if (text.contains("final answer is")) {
      found = afterLast(text, "final answer is").strip();
    } else if (text.contains("答案是")) {
      found = before(before(after(text, "答案是"), "答案是").strip(), "\n\n").strip();
    } else {
      found = lastNumber(text.replace(",", ""));
    }
    found = NEWLINES.matcher(found).replaceAll("");
    found = found.startsWith(":") ? found.substring(1) : found;
    found = found.endsWith(".") ? found.substring(0, found.length() - 1) : found;
    found = found.endsWith("/") ? found.substring(0, found.length() - 1) : found;
    return stripped(found, keepUnits);
  }

  private static String boxed(String rest) {
    if (!rest.startsWith("{")) {
      return before(rest, "$").strip();
    }
    var depth = 1;
    for (var i = 1; i < rest.length(); i++) {
      depth += rest.charAt(i) == '{' ? 1 : rest.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return rest.substring(1, i);
      }
    }
    return rest.substring(1);
  }

  private static String lastNumber(String text) {
    var match = LAST_NUMBER.matcher(text);
    var last = "";
    while (match.find()) {
      last = match.group();
    }
    return last;
  }

  static String stripped(String answer, boolean keepUnits) {
    if (answer.length() > MAX_CHARS) {
      return answer;
    }
    var s = answer.strip().replace("\n", "");
    s = s.replaceAll("\\.+$", "").replace("\\!", "");
    s = ARRAY.matcher(s).replaceAll("\\\\begin{pmatrix}").replace("\\end{array}", "\\end{pmatrix}");
    s = s.replace("bmatrix", "pmatrix").replace("tfrac", "frac").replace("dfrac", "frac");
    s = s.replace("\\neq", "\\ne").replace("\\leq", "\\le").replace("\\geq", "\\ge");
    s = s.replace("\\left", "").replace("\\right", "").replace("\\{", "{").replace("\\}", "}");
    var bare = LAST_TEXT.matcher(s).replaceAll("").strip();
    s = bare.isEmpty() ? s : bare;
    s = keepUnits ? s : Units.removed(s);
    s = s.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "").replace("$", "");
    s = s.replace("\\(", "").replace("\\)", "");
    s = NumberWords.read(s).orElse(s);
    s = TEXT.matcher(s).replaceAll("$1");
    for (var name : NAMES) {
      s = s.replace(name, "");
    }
    s = s.replace("\\emptyset", "{}").replace("(-\\infty,\\infty)", "\\mathbb{R}");
    s = s.replace("\\%", "").replace("%", "").replace(" .", " 0.").replace("{.", "{0.");
    s = s.replace("infinity", "\\infty");
    s = s.contains("\\infty") ? s : s.replace("inf", "\\infty");
    s = MBOX.matcher(s.replace("and", "").replace("\\mathbf", "")).replaceAll("");
    s = s.contains("j") && !s.contains("i") ? s.replace("j", "i") : s;
    s = LAST_ZEROS.matcher(ZEROS.matcher(s).replaceAll("$1$2")).replaceAll("$1");
    return s.isEmpty() ? s : finished(s.startsWith(".") ? "0" + s : s);
  }

  private static String finished(String text) {
    var sides = text.split("=", -1);
    var s = sides.length == 2 && sides[0].length() <= 2 ? sides[1] : text;
    s = SQRT.matcher(s).replaceAll("\\\\sqrt{$1}").replace(" ", "");
    return slashed(fractions(s));
  }

  /// `\frac12` and `\frac1{72}` get their braces.
  private static String fractions(String text) {
    var parts = text.split("\\\\frac", -1);
    var result = new StringBuilder(parts[0]);
    for (var i = 1; i < parts.length; i++) {
      var part = parts[i];
      result.append("\\frac");
      if (part.startsWith("{")) {
        result.append(part);
      } else if (part.length() < 2) {
        return text;
      } else {
        var below = part.charAt(1) == '{' ? "{" : "{" + part.charAt(1) + "}";
        result
            .append('{')
            .append(part.charAt(0))
            .append('}')
            .append(below)
            .append(part.substring(2));
      }
    }
    return result.toString();
  }

  /// `3/4` becomes a fraction where both sides are whole numbers, or roots.
  private static String slashed(String text) {
    var sides = text.split("/", -1);
    return sides.length == 2 && isWholeOrRoot(sides[0]) && isWholeOrRoot(sides[1])
        ? "\\frac{" + sides[0] + "}{" + sides[1] + "}"
        : text;
  }

  private static boolean isWholeOrRoot(String side) {
    return side.contains("sqrt") || side.matches("0|-?[1-9]\\d*");
  }

  private static String after(String text, String mark) {
    return text.substring(text.indexOf(mark) + mark.length());
  }

  private static String afterLast(String text, String mark) {
    return text.substring(text.lastIndexOf(mark) + mark.length());
  }

  private static String before(String text, String mark) {
    var at = text.indexOf(mark);
    return at < 0 ? text : text.substring(0, at);
  }
}
