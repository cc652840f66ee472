package dev.cft.trainer.launching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotPoolTest {
  private final SlotPool pool = new SlotPool(4);

  @Test
  void slots_are_taken_all_at_once_and_each_by_one_process() throws Exception {
    List<Integer> three = pool.take(3);
    assertThat(three).doesNotHaveDuplicates();

    CompletableFuture<List<Integer>> two = CompletableFuture.supplyAsync(this::takeTwo);
    List<Integer> freed = List.of(three.getFirst());
    pool.giveBack(freed);

    assertThat(two.get(30, TimeUnit.SECONDS))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(three.subList(1, 3));
  }

  @Test
  void more_than_there_are_cannot_be_taken() {
    assertThatThrownBy(() -> pool.take(5)).hasMessage("5 slots are asked for; this machine has 4");
  }

  private List<Integer> takeTwo() {
    try {
      return pool.take(2);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
