package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What an item's samples agree on: the answer that most of them give (Wang et al. 2022, arXiv
/// 2203.11171). Answers are the same where the criterion says so; right ones are the same. Samples
/// without an answer have no vote.
record MajorityVote(Criterion criterion) {
  private static final class Camp {
    private final @Nullable String answer;
    private final boolean isRight;
    private int votes = 1;

    private Camp(@Nullable String answer, boolean isRight) {
      this.answer = answer;
      this.isRight = isRight;
    }
  }

  /// 1 where the majority is right, 0 where it is wrong; where several camps are largest, the share
  /// of right ones among them, which is what a fair draw would give.
  double share(List<ScoredSample> samples) {
    var camps = new ArrayList<Camp>();
    samples.forEach(sample -> vote(sample, camps));
    var most = camps.stream().mapToInt(camp -> camp.votes).max().orElse(0);
    var largest = camps.stream().filter(camp -> camp.votes == most).toList();
    return largest.isEmpty()
        ? 0
        : (double) largest.stream().filter(camp -> camp.isRight).count() / largest.size();
  }

  /// The mean over as many groups of that size as there are, in order: no sample counts twice.
  double share(List<ScoredSample> samples, int size) {
    var groups = samples.size() / size;
    return IntStream.range(0, groups)
        .mapToDouble(group -> share(samples.subList(group * size, (group + 1) * size)))
        .average()
        .orElseThrow();
  }

  private void vote(ScoredSample sample, List<Camp> camps) {
    var answer = sample.results().isEmpty() ? null : sample.results().getFirst().answer();
    if (answer == null && !sample.passed()) {
      return;
    }
    for (var camp : camps) {
      if (camp.isRight == sample.passed() && (camp.isRight || isSame(camp.answer, answer))) {
        camp.votes++;
        return;
      }
    }
    camps.add(new Camp(answer, sample.passed()));
  }

  private boolean isSame(@Nullable String a, @Nullable String b) {
    return a != null && b != null && (a.equals(b) || criterion.isSameAnswer(a, b));
  }
}
