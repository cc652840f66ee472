package dev.cft.eval.benchmarks;

import java.util.Optional;

/// The content of the last `\boxed{…}` or `\framebox{…}`, braces matched.
final class LastBox {
  private LastBox() {}

  static Optional<String> of(String text) {
    var at = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\framebox"));
    var open = at < 0 ? -1 : text.indexOf('{', at);
    if (open < 0) {
      return Optional.empty();
    }
    var depth = 0;
    for (var i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return Optional.of(text.substring(open + 1, i));
      }
    }
    return Optional.empty();
  }
}
