package dev.cft.critiques.teachers;

/// Tokens that a call used, as the provider counts them; zero where it does not say.
public record Usage(long promptTokens, long completionTokens) {
  public static final Usage NONE = new Usage(0, 0);

  public Usage plus(Usage more) {
    return new Usage(promptTokens + more.promptTokens, completionTokens + more.completionTokens);
  }

  public long totalTokens() {
    return promptTokens + completionTokens;
  }
}
