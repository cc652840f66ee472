package dev.cft.grading.math;

/// Numbers that look random and are the same for the same name on every machine.
final class Hashing {
  private Hashing() {}

  /// A number from 0 to 1, made by the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  static double unit(String name, int salt) {
    var z = 0x9E3779B97F4A7C15L * (salt + 1L);
    for (var i = 0; i < name.length(); i++) {
      z = (z ^ name.charAt(i)) * 0xBF58476D1CE4E5B9L;
    }
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
