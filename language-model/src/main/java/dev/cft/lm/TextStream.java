package dev.cft.lm;

import java.util.Arrays;
import java.util.List;

/// Tokens of one answer becoming text: whole characters only, and nothing that may turn out to be a
/// stop string.
final class TextStream {
  private static final char INCOMPLETE = '\uFFFD';

  private final Tokenizer tokenizer;
  private final List<String> stop;
  private final boolean decodesEach;
  private final StringBuilder text = new StringBuilder();
  private int[] tokens = new int[64];
  private int count;

  /// Tokens from `context` on are decoded together, because a decoder looks at its left neighbour
  /// (spaces, bytes).
  private int context;

  private int decoded;
  private int released;
  private boolean stopped;

  /// Decodes token by token only when somebody reads along or a stop string may come.
  TextStream(Tokenizer tokenizer, List<String> stop, boolean readAlong) {
    this.tokenizer = tokenizer;
    this.stop = stop;
    this.decodesEach = readAlong || !stop.isEmpty();
  }

  /// Adds a token. True when a stop string is complete: the text then ends before it.
  boolean add(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
    if (!decodesEach) {
      return false;
    }
    var before = decode(context, decoded);
    var now = decode(context, count);
    if (now.length() > before.length() && now.charAt(now.length() - 1) != INCOMPLETE) {
      append(now.substring(before.length()));
      context = decoded;
      decoded = count;
    }
    return stopped;
  }

  /// The text ends here: what was held back is text after all.
  void end() {
    if (!stopped && decoded < count) {
      append(decode(context, count).substring(decode(context, decoded).length()));
      decoded = count;
    }
    stopped = true;
  }

  /// Text that is certain and was not taken before.
  String take() {
    int certain = stopped ? text.length() : text.length() - heldBack();
    if (certain <= released) {
      return "";
    }
    var delta = text.substring(released, certain);
    released = certain;
    return delta;
  }

  String text() {
    return text.toString();
  }

  private String decode(int from, int to) {
    return tokenizer.decode(Arrays.copyOfRange(tokens, from, to));
  }

  private void append(String delta) {
    int searchFrom = Math.max(0, text.length() - longestStop() + 1);
    text.append(delta);
    int end =
        stop.stream()
            .mapToInt(s -> text.indexOf(s, searchFrom))
            .filter(at -> at >= 0)
            .min()
            .orElse(-1);
    if (end >= 0) {
      text.setLength(end);
      stopped = true;
    }
  }

  private int longestStop() {
    return stop.stream().mapToInt(String::length).max().orElse(1);
  }

  /// Length of the longest end of the text with which a stop string begins.
  private int heldBack() {
    for (int length = Math.min(longestStop() - 1, text.length()); length > 0; length--) {
      var end = text.substring(text.length() - length);
      if (stop.stream().anyMatch(s -> s.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }
}
