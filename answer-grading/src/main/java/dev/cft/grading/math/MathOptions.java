package dev.cft.grading.math;

/// How two mathematical answers are compared.
///
/// @param precision decimals to which a value written as a decimal is compared, 0 to 15
/// @param strict variables must have the same names
/// @param relationAsSet a relation in the prediction may equal a set in gold (`0<x<1` and `(0,1)`);
///   the other way round it always may
/// @param plainOnly the answers are plain numbers, not LaTeX: a comma may be a decimal point
public record MathOptions(int precision, boolean strict, boolean relationAsSet, boolean plainOnly) {
  public static final MathOptions DEFAULT = new MathOptions(6, true, true, false);

  public MathOptions {
    if (precision < 0 || precision > 15) {
      throw new IllegalArgumentException(
          "precision is %d; 0 to 15 is allowed".formatted(precision));
    }
  }
}
