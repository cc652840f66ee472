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
      @Nullable Long tokensPerMinute,
      @Nullable Long inputTokensPerMinute,
      @Nullable Long outputTokensPerMinute,
      int concurrency,
      double timeoutSeconds,
      int maxAttempts,
      @Nullable Double budgetUsd) {}

  record PricesView(double inputUsdPerMillion, double outputUsdPerMillion) {}

  /// Of the replica that answers.
  ///
  /// @param breaker `closed` while all is well
  /// @param concurrencyNow calls in flight that all replicas together may have at present; null
  ///   before the first call
  /// @param pausedSeconds how long the provider still wants to be left alone; null where it does
  ///   not
  record Health(
      String breaker,
      int callsInFlight,
      @Nullable Integer concurrencyNow,
      @Nullable Double pausedSeconds) {
    static Health of(ConfiguredTeacher teacher) {
      var gate = teacher.gate();
      var pause = gate.pauseLeft();
      return new Health(
          teacher.state(),
          gate.inFlight(),
          gate.window() == 0 ? null : gate.window(),
          pause.isZero() ? null : pause.toMillis() / 1000.0);
    }
  }

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
        Health.of(teacher),
        usage(settings, totals));
  }

  private static Limits limits(TeacherSettings settings) {
    return new Limits(
        settings.requestsPerMinute() == 0 ? null : settings.requestsPerMinute(),
        orNull(settings.tokensPerMinute()),
        orNull(settings.inputTokensPerMinute()),
        orNull(settings.outputTokensPerMinute()),
        settings.concurrency(),
        settings.timeout().toMillis() / 1000.0,
        settings.maxAttempts(),
        settings.budgetUsd());
  }

  private static @Nullable Long orNull(long limit) {
    return limit == 0 ? null : limit;
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
