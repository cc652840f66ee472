package dev.cft.standalone.problems;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemGeneratorTest {
  @Test
  void the_same_seed_draws_the_same_problems_on_every_machine() {
    var problems = new ProblemGenerator(1).distinctTargets(100, Set.of());

    assertThat(new ProblemGenerator(1).distinctTargets(100, Set.of())).isEqualTo(problems);
    assertThat(new ProblemGenerator(2).distinctTargets(100, Set.of())).isNotEqualTo(problems);
  }

  @Test
  void every_solution_follows_from_its_steps() {
    var generator = new ProblemGenerator(3);
    var problems = Stream.generate(() -> List.of(generator.target(), generator.easy()));

    assertThat(problems.limit(500).flatMap(List::stream))
        .allSatisfy(problem -> {
          var steps = problem.steps();
          for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            assertThat(step.result())
                .isEqualTo(Equation.compute(step.left(), step.operator(), step.right()))
                .isPositive();
            assertThat(i == 0 || step.left() == steps.get(i - 1).result()).isTrue();
            assertThat(problem.question()).contains(Integer.toString(step.right()));
          }
          assertThat(problem.solution()).endsWith("#### " + problem.answer());
        });
  }

  @Test
  void distinct_problems_are_distinct_and_leave_out_what_is_taken() {
    var test = new ProblemGenerator(5).distinctTargets(300, Set.of());
    var taken = Set.copyOf(test.stream().map(WordProblem::question).toList());

    var train = new ProblemGenerator(5).distinctTargets(300, taken);

    assertThat(train).extracting(WordProblem::question).doesNotHaveDuplicates();
    assertThat(train).extracting(WordProblem::question).doesNotContainAnyElementsOf(taken);
  }

  @Test
  void gap_facts_are_rare_where_asked_and_as_frequent_as_others_elsewhere() {
    assertThat(gapShare(new ProblemGenerator(7, 0.003))).isLessThan(0.02);
    assertThat(gapShare(new ProblemGenerator(7))).isBetween(0.42, 0.58);
  }

  @Test
  void a_corrupted_solution_goes_on_from_its_errors() {
    var generator = new ProblemGenerator(9);
    var corruption = new Corruption(9);

    for (int i = 0; i < 200; i++) {
      var problem = generator.target();
      var steps = corruption.corrupt(problem, 0.5);
      assertThat(steps).hasSameSizeAs(problem.steps());
      for (int k = 1; k < steps.size(); k++) {
        assertThat(steps.get(k).left()).isEqualTo(steps.get(k - 1).result());
      }
      assertThat(corruption.corrupt(problem, 0)).isEqualTo(problem.steps());
    }
  }

  private static double gapShare(ProblemGenerator generator) {
    return Stream.generate(generator::target)
            .limit(1000)
            .map(problem -> problem.steps().getFirst())
            .filter(step -> Facts.isGap(new Facts.Fact(step.left(), step.right())))
            .count()
        / 1000.0;
  }
}
