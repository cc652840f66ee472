package dev.cft.eval.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.evals.Criteria;
import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.store.StoreJson;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The majority of groups of samples; 8 is right.
class MajorityVoteTest {
  private static final MajorityVote VOTE =
      new MajorityVote(
          Criteria.list(
                  StoreJson.mapper()
                      .readTree("[{\"type\": \"math\", \"reference\": \"{{item.answer}}\"}]"))
              .getFirst());

  @ParameterizedTest
  @CsvSource({
    "7 7 8 8, 2, 0.5",
    "7 7 8 8, 4, 0.5",
    "7 8 8.0 8, 2, 0.75",
    "7 8 8 8, 3, 1",
    "7 7.0 8 9, 4, 0",
    "7 - 8 8, 2, 0.5",
  })
  void groups_vote_in_order_and_a_tie_is_shared(String answers, int size, double share) {
    var samples = Stream.of(answers.split(" ")).map(MajorityVoteTest::sample).toList();

    assertThat(VOTE.share(samples, size)).isEqualTo(share);
  }

  private static ScoredSample sample(String answer) {
    var isRight = answer.startsWith("8");
    var found = answer.equals("-") ? null : answer;
    var judgement =
        new Judgement(
            "answer",
            "math",
            "numeric@1",
            isRight,
            isRight ? 1 : 0,
            isRight ? "correct" : "incorrect",
            "",
            found,
            "boxed",
            null);
    return new ScoredSample(0, isRight, false, isRight ? 1 : 0, List.of(judgement));
  }
}
