package dev.cft.critiques.teachers;

import org.jspecify.annotations.Nullable;

/// A teacher as `/v1/teachers` shows it; addresses and keys are left out.
record TeacherView(
    String id,
    String object,
    String type,
    String model,
    String promptVersion,
    @Nullable Sampling sampling,
    Limits limits,
    PricesView prices,
    Health health,
    UsageView usage) {
  record Sampling(double temperature, double topP, int maxTokens) {}

  /// Null is no limit.
  record Limits(
      @Nullable Integer requestsPerMinute,
      @Nullable Integer tokensPerMinute,
      int concurrency,
      double timeoutSeconds,
      int maxAttempts,
      @Nullable Double budgetUsd) {}

  record PricesView(double inputUsdPerMillion, double outputUsdPerMillion) {}

  /// @param breaker `closed` while all is well
  record Health(String breaker, int callsInFlight) {}

  record UsageView(
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      @Nullable Double budgetLeftUsd,
      @Nullable Long lastUsedAt) {}

  static TeacherView of(ConfiguredTeacher teacher, TeacherUsages.Totals totals) {
    var settings = teacher.settings();
    var isModel = settings.type() == TeacherSettings.Type.OPENAI;
    return new TeacherView(
        teacher.name(),
        "teacher",
        settings.type().wireName(),
        teacher.model(),
        settings.promptVersion(),
        isModel
            ? new Sampling(settings.temperature(), settings.topP(), settings.maxTokens())
            : null,
        limits(settings),
        new PricesView(settings.inputUsdPerMillion(), settings.outputUsdPerMillion()),
        new Health(teacher.state(), teacher.callsInFlight()),
        usage(settings, totals));
  }

  private static Limits limits(TeacherSettings settings) {
    return new Limits(
        settings.requestsPerMinute() == 0 ? null : settings.requestsPerMinute(),
        settings.tokensPerMinute() == 0 ? null : settings.tokensPerMinute(),
        settings.concurrency(),
        settings.timeout().toMillis() / 1000.0,
        settings.maxAttempts(),
        settings.budgetUsd());
  }

  private static UsageView usage(TeacherSettings settings, TeacherUsages.Totals totals) {
    var budget = settings.budgetUsd();
    var last = totals.updatedAt();
    return new UsageView(
        totals.calls(),
        totals.promptTokens(),
        totals.completionTokens(),
        totals.costUsd(),
        budget == null ? null : Math.max(0, budget - totals.costUsd()),
        last == null ? null : last.getEpochSecond());
  }
}
