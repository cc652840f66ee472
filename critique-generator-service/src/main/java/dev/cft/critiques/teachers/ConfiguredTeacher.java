package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.limits.CallGate;
import dev.cft.critiques.prompts.Verdicts;
import dev.cft.store.datasets.Verdict;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A teacher with its configuration, behind its guard.
public final class ConfiguredTeacher {
  /// Tokens of a critique where the teacher has not been asked yet.
  public static final long USUAL_COMPLETION_TOKENS = TokenForecast.USUAL_COMPLETION;

  private final String name;
  private final TeacherSettings settings;
  private final Teacher teacher;
  private final @Nullable ProviderBatches batches;
  private final Guard guard;
  private final TokenForecast critiques;
  private final TokenForecast responses;
  private final TeacherMeters meters;

  ConfiguredTeacher(
      String name,
      TeacherSettings settings,
      Teacher teacher,
      @Nullable ProviderBatches batches,
      Guard guard,
      TokenForecast forecast,
      TeacherMeters meters) {
    this.name = name;
    this.settings = settings;
    this.teacher = teacher;
    this.batches = batches;
    this.guard = guard;
    this.critiques = forecast;
    this.responses = new TokenForecast(settings.maxTokens());
    this.meters = meters;
  }

  /// A critique with its verdict and cost, or why its text cannot be used.
  ///
  /// @param rejection `wrong_model`, `truncated`, `refused`, `empty` or `unparsed`; null where the
  ///   critique is good
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
  public Judged critique(Asker asker, Question question) {
    return judged(guarded(asker, question, () -> teacher.critique(question)));
  }

  /// The same, with the text given to `onText` as it arrives. A second attempt would repeat text,
  /// so there is none once some has been given.
  public Judged critique(Asker asker, Question question, Consumer<String> onText) {
    return judged(guarded(asker, question, () -> teacher.critique(question, onText)));
  }

  private Guard.Guarded guarded(Asker asker, Question question, Supplier<Reply> call) {
    return guard.call(asker, critiques, question.promptTokens(), call);
  }

  /// A response to a question.
  ///
  /// @param rejection `wrong_model`, `refused` or `empty`; null where the text is good, also where
  ///   it was cut
  public record Responded(
      Reply reply, @Nullable String rejection, int attempts, Duration latency, double costUsd) {}

  /// Asks for an answer to a question, again where that may help.
  ///
  /// @throws TeacherException no answer came
  public Responded respond(Asker asker, Sampling sampling) {
    var guarded =
        guard.call(asker, responses, sampling.promptTokens(), () -> teacher.respond(sampling));
    var reply = guarded.reply();
    var cost = prices().costUsd(reply.usage());
    meters.paid(name, reply.usage(), cost);
    return new Responded(reply, objection(reply), guarded.attempts(), guarded.latency(), cost);
  }

  private @Nullable String objection(Reply reply) {
    if (settings.checkModel() && !isOurs(reply.model())) {
      return "wrong_model";
    }
    return reply.end() == Reply.End.REFUSED ? "refused" : reply.text().isBlank() ? "empty" : null;
  }

  /// A reply that came in a batch.
  ///
  /// @param attempts batches that the request was in
  public Judged judgedInBatch(Reply reply, int attempts) {
    var judged = judged(reply, attempts, Duration.ZERO);
    var cheaper =
        new Judged(
            reply,
            judged.verdict(),
            judged.rejection(),
            attempts,
            Duration.ZERO,
            judged.costUsd() * settings.batchPriceFactor());
    meters.paid(name, reply.usage(), cheaper.costUsd());
    return cheaper;
  }

  /// The provider's batch API; empty for a teacher that has none.
  public Optional<ProviderBatches> batches() {
    return Optional.ofNullable(batches);
  }

  private Judged judged(Guard.Guarded guarded) {
    var judged = judged(guarded.reply(), guarded.attempts(), guarded.latency());
    meters.paid(name, judged.reply().usage(), judged.costUsd());
    return judged;
  }

  private Judged judged(Reply reply, int attempts, Duration latency) {
    var verdict = Verdicts.of(reply.text());
    return new Judged(
        reply,
        verdict,
        rejection(reply, verdict),
        attempts,
        latency,
        prices().costUsd(reply.usage()));
  }

  private @Nullable String rejection(Reply reply, Verdict verdict) {
    if (settings.checkModel() && !isOurs(reply.model())) {
      return "wrong_model";
    }
    return switch (reply.end()) {
      case LENGTH -> "truncated";
      case REFUSED -> "refused";
      case STOP ->
          reply.text().isBlank() ? "empty" : verdict == Verdict.UNPARSED ? "unparsed" : null;
    };
  }

  /// Providers answer with a longer or shorter name of the same model: `gpt-4o` is
  /// `gpt-4o-2024-11-20`.
  private boolean isOurs(String answered) {
    var asked = settings.model() == null ? "" : settings.model().toLowerCase(Locale.ROOT);
    var said = answered.toLowerCase(Locale.ROOT);
    return said.isEmpty() || asked.isEmpty() || said.contains(asked) || asked.contains(said);
  }

  /// Nothing more is asked for it; calls in flight go on.
  public void withdraw(Asker asker) {
    guard.withdraw(asker);
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

  CallGate gate() {
    return guard.gate();
  }
}
