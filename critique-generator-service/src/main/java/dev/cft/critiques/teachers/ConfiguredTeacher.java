package dev.cft.critiques.teachers;

import dev.cft.critiques.prompts.Verdicts;
import dev.cft.store.datasets.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A teacher with its configuration, behind its guard.
public final class ConfiguredTeacher {
  private final String name;
  private final TeacherSettings settings;
  private final Teacher teacher;
  private final Guard guard;
  private final InstantSource clock;

  ConfiguredTeacher(
      String name, TeacherSettings settings, Teacher teacher, Guard guard, InstantSource clock) {
    this.name = name;
    this.settings = settings;
    this.teacher = teacher;
    this.guard = guard;
    this.clock = clock;
  }

  /// A critique with its verdict and cost, or why its text cannot be used.
  ///
  /// @param rejection `truncated`, `refused`, `empty` or `unparsed`; null where the critique is
  ///   good
  public record Judged(
      Reply reply,
      Verdict verdict,
      @Nullable String rejection,
      int attempts,
      Duration latency,
      double costUsd) {}

  /// Asks for one critique, again where that may help.
  ///
  /// @throws TeacherException no answer came
  public Judged critique(Question question) {
    return timed(question, () -> teacher.critique(question));
  }

  /// The same, with the text given to `onText` as it arrives. A second attempt would repeat text,
  /// so there is none once some has been given.
  public Judged critique(Question question, Consumer<String> onText) {
    return timed(question, () -> teacher.critique(question, onText));
  }

  private Judged timed(Question question, java.util.function.Supplier<Reply> call) {
    var start = clock.instant();
    var guarded = guard.call(question, call);
    var latency = Duration.between(start, clock.instant());
    var reply = guarded.reply();
    var verdict = Verdicts.of(reply.text());
    return new Judged(
        reply,
        verdict,
        rejection(reply, verdict),
        guarded.attempts(),
        latency,
        prices().costUsd(reply.usage()));
  }

  private static @Nullable String rejection(Reply reply, Verdict verdict) {
    return switch (reply.end()) {
      case LENGTH -> "truncated";
      case REFUSED -> "refused";
      case STOP ->
          reply.text().isBlank() ? "empty" : verdict == Verdict.UNPARSED ? "unparsed" : null;
    };
  }

  /// The most that a call can cost: its prompt and as many tokens as it may write.
  public double mostUsd(Question question) {
    return prices().costUsd(new Usage(question.promptTokens(), settings.maxTokens()));
  }

  public String name() {
    return name;
  }

  public TeacherSettings settings() {
    return settings;
  }

  public Prices prices() {
    return settings.prices();
  }

  /// What answers: the model's name, or the checker's.
  public String model() {
    return settings.model() == null ? "built-in" : settings.model();
  }

  String state() {
    return guard.state();
  }

  int callsInFlight() {
    return guard.callsInFlight();
  }
}
