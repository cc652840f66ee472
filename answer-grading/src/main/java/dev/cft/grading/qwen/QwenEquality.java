package dev.cft.grading.qwen;

import dev.cft.grading.math.MathAnswers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// `math_equal` of the published rules; with [Fork] the CFT authors' additions in their places.
/// Where they call SymPy this calls our own reader.
final class QwenEquality {
  private static final Pattern CHOICE =
      Pattern.compile("\\b[A-E]\\b", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern LIST = Pattern.compile("^[(\\[].+[)\\]]");
  private static final Pattern BRACED_LIST = Pattern.compile("\\{.*,.*\\}");

  /// What their parsers refuse and our reader forgives.
  private static final Pattern UNREADABLE = Pattern.compile("\\{,}|\\\\\\d");

  private static final Pattern RELATION = Pattern.compile("=|[<>]=?|\\\\[lg]e(?![a-z])");
  private static final String BEGIN = "\\begin{pmatrix}";
  private static final String END = "\\end{pmatrix}";

  /// Longest text that is compared, and how often a comparison calls itself (our choice).
  private static final int MAX_CHARS = 5000;

  private static final int MAX_DEPTH = 5;

  private final boolean fork;

  QwenEquality(boolean fork) {
    this.fork = fork;
  }

  boolean equal(String prediction, String reference) {
    return prediction.length() <= MAX_CHARS
        && reference.length() <= MAX_CHARS
        && equal(prediction, reference, 0);
  }

  private boolean equal(String pred, String ref, int depth) {
    if (lower(pred).equals(lower(ref))) {
      return true;
    }
    if (ref.matches("[A-E]") && choice(pred).equals(ref)) {
      return true;
    }
    var x = PythonNumbers.digits(pred);
    var y = PythonNumbers.digits(ref);
    if (x.isPresent() && y.isPresent()) {
      return numbers(pred, ref, x.get(), y.get());
    }
    return !pred.isEmpty() && depth < MAX_DEPTH && symbols(pred.strip(), ref.strip(), depth + 1);
  }

  private boolean numbers(String pred, String ref, double x, double y) {
    // Two percentages are both no floats, and nothing equals nothing: so they are equal.
    if (fork && PythonNumbers.toOneDecimal(pred).equals(PythonNumbers.toOneDecimal(ref))) {
      return true;
    }
    return List.of(y / 100, y, y * 100).stream().anyMatch(item -> PythonNumbers.isClose(item, x));
  }

  private boolean symbols(String pred, String reference, int depth) {
    var ref =
        pred.contains("pmatrix") && !reference.contains("pmatrix") ? matrix(reference) : reference;
    return sameWithoutBrackets(pred, ref)
        || (isList(pred) && isList(ref) && parts(inner(pred), inner(ref), ",", depth))
        || (isMatrix(pred) && isMatrix(ref) && matrices(pred, ref, depth))
        || (fork && Fork.sameNumber(pred, ref))
        || equations(pred, ref, depth)
        || (fork && lastSides(pred, ref, depth))
        || (fork && Fork.sameDecimal(pred, ref))
        || sameToSymbols(pred, ref)
        || (fork && Fork.sameSignificantDigits(pred, ref));
  }

  private boolean equations(String pred, String ref, int depth) {
    var left = pred.split("=", -1);
    var right = ref.split("=", -1);
    if (left.length == 2 && right.length == 2) {
      var x = "%s-(%s)".formatted(left[0].strip(), left[1].strip());
      var y = "%s-(%s)".formatted(right[0].strip(), right[1].strip());
      return sameToSymbols(x, y)
          || sameToSymbols("-(%s)".formatted(x), y)
          || sameToSymbols(pred, ref);
    }
    if (left.length == 2 && left[0].strip().length() <= 2 && right.length == 1) {
      return equal(left[1], ref, depth);
    }
    return right.length == 2
        && right[0].strip().length() <= 2
        && left.length == 1
        && equal(pred, right[1], depth);
  }

  /// Their LaTeX parser stops at the first comma without a word, and compares inequalities by the
  /// size of the difference of their sides.
  private static boolean sameToSymbols(String a, String b) {
    var x = a.split(",", 2)[0];
    var y = b.split(",", 2)[0];
    var left = RELATION.split(x, -1);
    var right = RELATION.split(y, -1);
    if (left.length == 2 && right.length == 2) {
      var d = "(%s)-(%s)".formatted(left[0], left[1]);
      var e = "(%s)-(%s)".formatted(right[0], right[1]);
      return MathAnswers.sameExpression(d, e)
          || MathAnswers.sameExpression("-(%s)".formatted(d), e);
    }
    return !UNREADABLE.matcher(a + b).find() && MathAnswers.sameExpression(x, y);
  }

  private boolean lastSides(String pred, String ref, int depth) {
    return (pred.contains("=") || ref.contains("=")) && equal(lastSide(pred), lastSide(ref), depth);
  }

  private static String lastSide(String text) {
    return text.substring(text.lastIndexOf('=') + 1).replace("{", "(");
  }

  private static boolean sameWithoutBrackets(String pred, String ref) {
    var x = pred;
    var y = ref;
    if ((framed(pred, "[", "]") && !ref.startsWith("("))
        || (framed(pred, "(", ")") && !ref.startsWith("["))) {
      x = x.replaceAll("^[\\[\\]()]+|[\\[\\]()]+$", "");
      y = y.replaceAll("^[\\[\\]()]+|[\\[\\]()]+$", "");
    }
    return x.replaceAll("[{}()]", "").equalsIgnoreCase(y.replaceAll("[{}()]", ""));
  }

  private static boolean framed(String text, String open, String close) {
    return text.startsWith(open) && text.endsWith(close);
  }

  private static boolean isList(String text) {
    return LIST.matcher(text).find();
  }

  private static String inner(String text) {
    return text.substring(1, text.length() - 1);
  }

  private boolean parts(String pred, String ref, String separator, int depth) {
    var x = pred.split(separator, -1);
    var y = ref.split(separator, -1);
    if (x.length != y.length) {
      return false;
    }
    for (var i = 0; i < x.length; i++) {
      if (!equal(x[i], y[i], depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMatrix(String text) {
    return framed(text, BEGIN, END) && text.length() >= BEGIN.length() + END.length();
  }

  private boolean matrices(String pred, String ref, int depth) {
    var x = rows(pred);
    var y = rows(ref);
    if (x.size() != y.size()) {
      return false;
    }
    for (var i = 0; i < x.size(); i++) {
      if (!parts(x.get(i), y.get(i), "&", depth)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> rows(String matrix) {
    var inside = matrix.substring(BEGIN.length(), matrix.length() - END.length());
    return List.of(inside.split("\\\\\\\\", -1)).stream()
        .map(String::strip)
        .filter(r -> !r.isEmpty())
        .toList();
  }

  /// `{1,2}` as a column.
  private static String matrix(String text) {
    return Optional.of(BRACED_LIST.matcher(text))
        .filter(java.util.regex.Matcher::find)
        .map(m -> BEGIN + m.group().replaceAll("^[{}]+|[{}]+$", "").replace(",", "\\") + END)
        .orElse("");
  }

  private static String choice(String text) {
    var match = CHOICE.matcher(text.toUpperCase(Locale.ROOT));
    var last = "";
    while (match.find()) {
      last = match.group();
    }
    return last;
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
