package dev.cft.standalone.problems;

/// One step of a solution, such as `9 * 6 = 54`, right or not.
///
/// @param operator `*`, `+` or `-`
/// @param result what the step claims
public record Equation(int left, char operator, int right, int result) {
  static Equation right(int left, char operator, int right) {
    return new Equation(left, operator, right, compute(left, operator, right));
  }

  static int compute(int left, char operator, int right) {
    return switch (operator) {
      case '*' -> left * right;
      case '+' -> left + right;
      case '-' -> left - right;
      default -> throw new IllegalArgumentException("operator must be *, + or -, got " + operator);
    };
  }

  @Override
  public String toString() {
    return "%d %c %d = %d".formatted(left, operator, right, result);
  }
}
