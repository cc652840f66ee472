package dev.cft.critiques.operations;

import java.util.Arrays;

/// A text as hashes of its words: runs of letters and digits, whatever their case.
final class Words {
  /// FNV-1a's constants for 64 bits.
  private static final long OFFSET = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private Words() {}

  static long[] of(String text) {
    var words = new long[16];
    var count = 0;
    var hash = OFFSET;
    var isInside = false;
    for (var i = 0; i <= text.length(); i++) {
      var sign = i < text.length() ? text.charAt(i) : ' ';
      if (Character.isLetterOrDigit(sign)) {
        hash = (hash ^ Character.toLowerCase(sign)) * PRIME;
        isInside = true;
      } else if (isInside) {
        if (count == words.length) {
          words = Arrays.copyOf(words, 2 * count);
        }
        words[count++] = mixed(hash);
        hash = OFFSET;
        isInside = false;
      }
    }
    return Arrays.copyOf(words, count);
  }

  /// The hashes of all runs of `length` words; one over all words where there are fewer.
  static long[] runs(long[] words, int length) {
    if (words.length == 0) {
      return words;
    }
    var size = Math.min(length, words.length);
    var runs = new long[words.length - size + 1];
    var power = 1L;
    for (var i = 1; i < size; i++) {
      power *= PRIME;
    }
    var hash = 0L;
    for (var i = 0; i < words.length; i++) {
      if (i >= size) {
        hash -= words[i - size] * power;
      }
      hash = hash * PRIME + words[i];
      if (i >= size - 1) {
        runs[i - size + 1] = mixed(hash + size);
      }
    }
    return runs;
  }

  /// SplitMix64's last step (Steele, Lea, Flood 2014).
  static long mixed(long value) {
    var z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
