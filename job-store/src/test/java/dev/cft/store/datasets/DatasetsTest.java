package dev.cft.store.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreJson;
import dev.cft.store.StoreTest;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.node.JsonNodeFactory;

@StoreTest
class DatasetsTest {
  @Autowired Datasets datasets;

  @Test
  void rows_come_back_as_they_were_written_and_in_order() {
    var id = fresh().id();
    var odd =
        new DatasetRow(
            1,
            "What is\u0000 2+2? \uD83E\uDD16",
            "4",
            "5",
            "wrong [END]",
            Verdict.WRONG,
            false,
            List.of(new DatasetRow.Message("user", "hi")),
            DatasetRow.Outcome.rejected("too long"),
            StoreJson.mapper().readTree("{\"b\":1,\"a\":[1.50,null]}"));

    datasets.append(id, List.of(odd, row(0)));

    assertThat(datasets.rows(id, -1, 10)).containsExactly(row(0), odd);
    assertThat(datasets.rows(id, 0, 10)).containsExactly(odd);
  }

  @Test
  void a_stage_that_goes_on_after_a_crash_writes_no_row_twice() {
    var id = fresh().id();
    datasets.append(id, rows(0, 700));
    datasets.append(
        id,
        List.of(
            new DatasetRow(
                3, "another", null, null, null, null, null, null, DatasetRow.Outcome.OK, null)));
    var added = datasets.append(id, rows(600, 1300));
    var addedAgain = datasets.append(id, rows(600, 1300));

    assertThat(added).isEqualTo(600);
    assertThat(addedAgain).isZero();
    assertThat(datasets.writtenSeqs(id)).hasSize(1300);
    var all = new ArrayList<DatasetRow>();
    datasets.iterate(id).forEachRemaining(all::add);
    assertThat(all).isEqualTo(rows(0, 1300));
    assertThat(datasets.complete(id).rows()).isEqualTo(1300);
  }

  @Test
  void the_hash_depends_on_the_rows_and_on_nothing_else() {
    var one = fresh().id();
    var other = fresh().id();
    var different = fresh().id();
    datasets.append(one, rows(0, 10));
    datasets.append(other, rows(5, 10));
    datasets.append(other, rows(0, 5));
    datasets.append(different, rows(0, 9));

    var hash = datasets.complete(one).hash();

    assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(datasets.complete(other).hash());
    assertThat(datasets.complete(different).hash()).isNotEqualTo(hash);
    assertThat(datasets.complete(one).hash()).isEqualTo(hash);
  }

  @Test
  void a_complete_dataset_takes_no_more_rows() {
    var id = fresh().id();
    datasets.append(id, rows(0, 1));
    datasets.complete(id);

    assertThatThrownBy(() -> datasets.append(id, rows(1, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dataset %s is complete; its rows cannot change".formatted(id));
    assertThat(datasets.find(id).orElseThrow().rows()).isEqualTo(1);
  }

  @Test
  void failed_rows_can_be_replaced() {
    var id = fresh().id();
    datasets.append(
        id,
        List.of(
            new DatasetRow(
                0,
                "q",
                null,
                null,
                null,
                null,
                null,
                null,
                DatasetRow.Outcome.failed("timeout"),
                null)));

    datasets.replace(id, rows(0, 1));

    assertThat(datasets.rows(id, -1, 10)).containsExactly(row(0));
  }

  @Test
  void creating_a_dataset_again_is_harmless() {
    var id = fresh().id();
    datasets.append(id, rows(0, 2));

    var again = datasets.create(id, "other name", JsonNodeFactory.instance.objectNode());

    assertThat(again.rows()).isEqualTo(2);
    assertThat(again.name()).isEqualTo("test");
  }

  @Test
  void datasets_are_listed_page_by_page() {
    var ids = LongStream.range(0, 3).mapToObj(i -> fresh().id()).toList();

    var first = datasets.list(null, 2, true);
    var second = datasets.list(ids.get(1), 1, true);

    assertThat(first.data()).extracting(Dataset::id).containsExactly(ids.get(2), ids.get(1));
    assertThat(first.hasMore()).isTrue();
    assertThat(second.data()).extracting(Dataset::id).containsExactly(ids.get(0));
    assertThat(datasets.list(ids.get(0), 5, false).data())
        .extracting(Dataset::id)
        .containsExactly(ids.get(1), ids.get(2));
  }

  @Test
  void a_deleted_dataset_is_gone_with_its_rows() {
    var id = fresh().id();
    datasets.append(id, rows(0, 2));

    assertThat(datasets.delete(id)).isTrue();

    assertThat(datasets.find(id)).isEmpty();
    assertThat(datasets.rows(id, -1, 10)).isEmpty();
    assertThatThrownBy(() -> datasets.append(id, rows(0, 1)))
        .isInstanceOf(NoSuchElementException.class);
  }

  private Dataset fresh() {
    return datasets.create(null, "test", JsonNodeFactory.instance.objectNode().put("from", "test"));
  }

  private static List<DatasetRow> rows(long from, long to) {
    return LongStream.range(from, to).mapToObj(DatasetsTest::row).toList();
  }

  private static DatasetRow row(long seq) {
    return DatasetRow.question(seq, "What is %d + 1?".formatted(seq), Long.toString(seq + 1), null);
  }
}
