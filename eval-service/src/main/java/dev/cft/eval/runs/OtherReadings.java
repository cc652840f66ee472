package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.eval.evals.MathCheck;
import dev.cft.grading.FinalAnswer.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Which samples pass by other readings of the same answers: by the graders that stand beside the
/// criteria's own, and `strict`, where only an answer that is marked as the final one counts.
final class OtherReadings {
  private static final String STRICT = "strict";

  private OtherReadings() {}

  /// The readings by name, the graders first.
  static Map<String, Predicate<ScoredSample>> of(List<ScoredSample> samples) {
    var readings = new LinkedHashMap<String, Predicate<ScoredSample>>();
    for (var sample : samples) {
      for (var result : sample.results()) {
        beside(result).keySet().forEach(name -> readings.putIfAbsent(name, s -> passes(s, name)));
      }
    }
    if (samples.stream().flatMap(s -> s.results().stream()).anyMatch(OtherReadings::isMath)) {
      readings.put(STRICT, s -> s.passed() && s.results().stream().allMatch(OtherReadings::marked));
    }
    return readings;
  }

  private static boolean passes(ScoredSample sample, String grader) {
    return sample.results().stream()
        .allMatch(result -> {
          var verdict = beside(result).get(grader);
          return verdict == null ? result.passed() : verdict.equals("correct");
        });
  }

  private static Map<String, String> beside(Judgement result) {
    var verdicts = new LinkedHashMap<String, String>();
    if (result.detail() != null) {
      result
          .detail()
          .path(MathCheck.BESIDE)
          .forEachEntry((name, grade) -> verdicts.put(name, grade.path("verdict").asString("")));
    }
    return verdicts;
  }

  private static boolean isMath(Judgement result) {
    return result.type().equals("math");
  }

  private static boolean marked(Judgement result) {
    return !isMath(result)
        || (!Rule.LAST_NUMBER.wireName().equals(result.rule())
            && !Rule.WHOLE_TEXT.wireName().equals(result.rule()));
  }
}
