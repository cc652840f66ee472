package dev.cft.critiques.operations;

import static dev.cft.critiques.operations.InMemory.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivationTest {
  @TempDir Path folder;
  private InMemory memory = new InMemory(Path.of("."));

  @BeforeEach
  void begin() {
    memory = new InMemory(folder);
  }

  private static List<DatasetRow> numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            row(i, "q" + i, "r".repeat(i % 17 + 1), i % 3 == 0 ? Verdict.RIGHT : Verdict.WRONG))
        .toList();
  }

  private static Operation.Filter matching(Map<RowField, String> matches) {
    return new Operation.Filter(
        null, null, null, null, null, null, null, null, null, matches, null);
  }

  @Test
  void a_sample_is_its_seeds_has_its_size_and_keeps_the_order() {
    var rows = numbered(1000);

    var one = memory.derive(rows, new Operation.Sample(100, null, 7L)).questions();
    var again = memory.derive(rows, new Operation.Sample(100, null, 7L)).questions();
    var other = memory.derive(rows, new Operation.Sample(null, 0.1, 8L)).questions();

    assertThat(one).hasSize(100).isEqualTo(again).isNotEqualTo(other);
    assertThat(other).hasSize(100);
    assertThat(one.stream().map(q -> Integer.parseInt(q.substring(1))).toList()).isSorted();
  }

  @Test
  void rows_are_filtered_by_their_tokens_as_a_model_counts_them() {
    var rows =
        List.of(
            row(0, "a b c", null, null), row(1, "a", null, null), row(2, "abcdefg", null, null));
    var tokens =
        new Operation.Tokens("words", Map.of(RowField.QUESTION, new Operation.Range(null, 1)));

    var result =
        memory.derive(
            rows,
            new Operation.Filter(
                null, null, null, null, null, null, null, null, tokens, null, null));

    assertThat(result.questions()).containsExactly("a", "abcdefg");
  }

  @Test
  void the_longest_rows_are_kept_in_their_order_and_of_equals_the_earlier() {
    var rows =
        List.of(
            row(0, "aa", null, null),
            row(1, "bbb", null, null),
            row(2, "c", null, null),
            row(3, "dd", null, null));

    var result = memory.derive(rows, new Operation.Longest(2, RowField.QUESTION));

    assertThat(result.questions()).containsExactly("aa", "bbb");
    assertThat(result.records().getFirst())
        .containsEntry("rows_in", 4L)
        .containsEntry("rows_out", 2L)
        .containsEntry("shortest_kept", 2);
    assertThat(result.rows().stream().map(DatasetRow::seq)).containsExactly(0L, 1L);
  }

  @Test
  void lengths_are_matched_to_those_of_another_field() {
    var random = new Random(1);
    var rows =
        IntStream.range(0, 2000)
            .mapToObj(i ->
                new DatasetRow(
                    i,
                    "q" + i,
                    null,
                    "r".repeat(100 + random.nextInt(100)),
                    "c".repeat(50 + random.nextInt(950)),
                    null,
                    null,
                    null,
                    DatasetRow.Outcome.OK,
                    null))
            .toList();

    var result = memory.derive(rows, new Operation.MatchLengths(200, null, null, null));

    var mean =
        result.rows().stream()
            .mapToInt(row -> String.valueOf(row.critique()).length())
            .average()
            .orElse(0);
    assertThat(result.rows()).hasSize(200);
    assertThat(mean).isBetween(145.0, 155.0);
    assertThat(result.records().getFirst().get("mean_length_before")).asString().startsWith("5");
  }

  @Test
  void right_and_wrong_rows_come_in_the_wanted_proportion() {
    var rows = numbered(300);

    var most = memory.derive(rows, new Operation.Ratio(0.56, null, null, 1L));
    var some = memory.derive(rows, new Operation.Ratio(0.5, null, 100, 1L));
    var only = memory.derive(rows, new Operation.Ratio(1.0, null, null, null));

    assertThat(count(most, Verdict.RIGHT)).isEqualTo(100);
    assertThat(count(most, Verdict.WRONG)).isEqualTo(78);
    assertThat(count(some, Verdict.RIGHT)).isEqualTo(50);
    assertThat(some.rows()).hasSize(100);
    assertThat(only.rows()).hasSize(100).allMatch(row -> row.verdict() == Verdict.RIGHT);
  }

  private static long count(InMemory.Result result, Verdict verdict) {
    return result.rows().stream().filter(row -> row.verdict() == verdict).count();
  }

  @Test
  void equal_rows_are_left_out_but_for_the_first() {
    var rows =
        List.of(
            row(0, "What is  2+2?", "4", null),
            row(1, "What is 2+2?\n", "4", null),
            row(2, "What is 2+2?", "5", null),
            row(3, "what is 2+2?", "4", null));

    var whole = memory.derive(rows, new Operation.Deduplicate(null, null));
    var byQuestion =
        memory.derive(rows, new Operation.Deduplicate(List.of(RowField.QUESTION), null));

    assertThat(whole.rows().stream().map(DatasetRow::response)).containsExactly("4", "5", "4");
    assertThat(byQuestion.questions()).containsExactly("What is  2+2?", "what is 2+2?");
  }

  @Test
  void rows_much_like_an_earlier_one_are_found_and_others_left() {
    var random = new Random(5);
    var rows = new ArrayList<DatasetRow>();
    for (var i = 0; i < 400; i++) {
      var words = random.ints(60, 0, 5000).mapToObj(w -> "w" + w).collect(Collectors.toList());
      rows.add(row(2L * i, String.join(" ", words), null, null));
      // One word of sixty: 55 of 61 triples stay, a similarity of 0.9; every third is another text.
      for (var j = 0; j < (i % 2 == 0 ? 1 : 40); j++) {
        words.set((j * 7 + 30) % 60, "x" + random.nextInt(5000));
      }
      rows.add(row(2L * i + 1, String.join(" ", words), null, null));
    }

    var result = memory.derive(rows, new Operation.Deduplicate(List.of(RowField.QUESTION), 0.75));

    // 200 of 800 are near copies. What is found is an estimate.
    assertThat(result.rows().size()).isBetween(600, 606);
    assertThat(
            memory.derive(rows, new Operation.Deduplicate(List.of(RowField.QUESTION), 0.75)).rows())
        .isEqualTo(result.rows());
  }

  @Test
  void bands_are_as_long_as_the_threshold_allows() {
    assertThat(NearDuplicateStep.bandRows(0.95)).isEqualTo(16);
    assertThat(NearDuplicateStep.bandRows(0.85)).isEqualTo(8);
    assertThat(NearDuplicateStep.bandRows(0.5)).isEqualTo(3);
  }

  @Test
  void rows_that_share_thirteen_words_with_a_benchmark_are_left_out() {
    var benchmark =
        "Janet's ducks lay 16 eggs per day. She eats three for breakfast every morning and bakes muffins for her friends";
    memory
        .others()
        .put("ds-test", List.of(row(0, benchmark, null, null), row(1, "What is 2+2?", null, null)));
    var rows =
        List.of(
            row(
                0,
                "Today, janet’s ducks lay 16 eggs per day; she eats three for breakfast every MORNING!",
                null,
                null),
            row(1, "Ducks lay 16 eggs per day. She eats three for breakfast every day", null, null),
            row(2, "what is 2 + 2", null, null),
            row(3, "What is 2+2+3?", null, null));

    var result = memory.derive(rows, new Operation.Decontaminate(List.of("ds-test"), null, null));

    assertThat(result.rows().stream().map(row -> String.valueOf(row.question()).substring(0, 5)))
        .containsExactly("Ducks", "What ");
    assertThat(result.records().getFirst().get("found_in")).hasToString("{ds-test=2}");
  }

  @Test
  void parts_of_a_split_are_disjoint_complete_and_keep_questions_together() {
    var rows =
        IntStream.range(0, 3000).mapToObj(i -> row(i, "question " + i / 3, "r" + i, null)).toList();
    var parts = new LinkedHashMap<String, Double>();
    parts.put("train", 0.9);
    parts.put("test", 0.1);

    var train = memory.derive(rows, new Operation.Split(parts, "train", null, 1L));
    var test = memory.derive(rows, new Operation.Split(parts, "test", null, 1L));
    var byRow = memory.derive(rows, new Operation.Split(parts, "test", Operation.Unit.ROW, 1L));

    assertThat(train.rows().size() + test.rows().size()).isEqualTo(3000);
    assertThat(test.rows().size()).isBetween(210, 390);
    assertThat(train.questions()).doesNotContainAnyElementsOf(test.questions());
    assertThat(byRow.rows()).hasSize(300);
  }

  @Test
  void mixes_add_drawn_rows_and_later_operations_see_all_of_them() {
    memory
        .others()
        .put("ds-b", IntStream.range(0, 50).mapToObj(i -> row(i, "b" + i, null, null)).toList());
    var mix = new Operation.Mix(List.of(new Operation.Added("ds-b", 10)), 3L);
    var rows = numbered(20);

    var mixed = memory.derive(rows, mix);
    var filtered = memory.derive(rows, mix, matching(Map.of(RowField.QUESTION, "^b")));
    var shuffled = memory.derive(rows, mix, new Operation.Shuffle(1L));

    assertThat(mixed.rows()).hasSize(30);
    assertThat(mixed.questions().subList(0, 20)).allMatch(q -> q.startsWith("q"));
    assertThat(filtered.questions()).isEqualTo(mixed.questions().subList(20, 30));
    assertThat(shuffled.questions())
        .containsExactlyInAnyOrderElementsOf(mixed.questions())
        .isNotEqualTo(mixed.questions());
    assertThat(shuffled.rows().stream().map(DatasetRow::seq))
        .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> (long) i).toList());
  }

  @Test
  void grades_are_seen_by_the_operations_behind_them() {
    var rows =
        IntStream.range(0, 6)
            .mapToObj(i ->
                DatasetRow.question(
                    i, "q" + i, "\\frac{1}{2}", i % 2 == 0 ? "It is \\boxed{0.5}" : "\\boxed{2}"))
            .toList();

    var result =
        memory.derive(
            rows,
            new Operation.Grade(null),
            new Operation.Filter(null, null, true, null, null, null, null, null, null, null, null));

    assertThat(result.questions()).containsExactly("q0", "q2", "q4");
    assertThat(result.rows()).allMatch(row -> Boolean.TRUE.equals(row.correct()));
    assertThat(result.records().getFirst()).containsEntry("graded", 6).containsEntry("correct", 3);
  }

  @Test
  void a_pattern_that_would_take_for_ever_is_given_up() {
    var rows = List.of(row(0, "a".repeat(60) + "!", null, null));
    var operation = matching(Map.of(RowField.QUESTION, "(a+)+\\1b$"));

    assertThatThrownBy(() -> memory.derive(rows, operation))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("without nested repetitions");
  }

  @Test
  void training_sets_are_conversations_of_what_their_form_has() {
    var rows = numbered(9);

    var cft = memory.derive(rows, new Operation.Build(TrainingForm.CFT, null));
    var verified =
        memory.derive(
            rows, new Operation.Build(TrainingForm.SFT_VERIFIED, "Please answer step by step:"));
    var answers = memory.derive(rows, new Operation.Build(TrainingForm.SFT_TEACHER_ANSWER, null));

    assertThat(cft.rows()).hasSize(9);
    assertThat(cft.rows().getFirst().messages())
        .containsExactly(
            new DatasetRow.Message(
                "user",
                "Please critique whether the following solution to the question is correct.\n\nQuestion:\nq0\n\nSolution:\nr"),
            new DatasetRow.Message("assistant", "Conclusion: right"));
    assertThat(verified.rows()).hasSize(3);
    assertThat(verified.rows().getFirst().messages())
        .first()
        .isEqualTo(new DatasetRow.Message("user", "Please answer step by step:\n\nq0"));
    assertThat(answers.rows()).isEmpty();
  }
}
