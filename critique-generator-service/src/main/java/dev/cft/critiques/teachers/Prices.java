package dev.cft.critiques.teachers;

/// What a teacher's tokens cost, in US dollars per million.
public record Prices(double inputUsdPerMillion, double outputUsdPerMillion) {
  public static final Prices FREE = new Prices(0, 0);

  /// What that many tokens cost.
  public double costUsd(Usage usage) {
    return (usage.promptTokens() * inputUsdPerMillion
            + usage.completionTokens() * outputUsdPerMillion)
        / 1e6;
  }
}
