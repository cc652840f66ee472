package dev.cft.critiques.limits;

/// What calls take of a teacher's allowance; estimates may be settled below zero.
///
/// @param requests calls
/// @param input prompt tokens
/// @param output completion tokens
public record Spend(double requests, double input, double output) {
  public static final Spend NONE = new Spend(0, 0, 0);

  /// One call of about so many tokens.
  public static Spend call(double input, double output) {
    return new Spend(1, input, output);
  }

  public Spend plus(Spend more) {
    return new Spend(requests + more.requests, input + more.input, output + more.output);
  }

  public Spend minus(Spend less) {
    return plus(less.times(-1));
  }

  Spend times(double factor) {
    return new Spend(requests * factor, input * factor, output * factor);
  }

  /// How much of one meter.
  double of(Meter meter) {
    return switch (meter) {
      case REQUESTS -> requests;
      case INPUT -> input;
      case OUTPUT -> output;
      case TOKENS -> input + output;
    };
  }
}
