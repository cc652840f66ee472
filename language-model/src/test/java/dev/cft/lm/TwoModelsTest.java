package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Models of one process compute in one thread, step by step in turns.
class TwoModelsTest {
  private static final GenerationListener NOBODY = new GenerationListener() {};

  private static List<int[]> answers(LanguageModel model) {
    var requests =
        IntStream.range(1, 9)
            .mapToObj(i -> GenerationRequest.greedy(new int[] {5, 6 + i, 7}, 20 + 10 * i))
            .toList();
    return model.generate(requests, NOBODY).stream().map(Generation::tokens).toList();
  }

  @Test
  void two_models_answer_at_once_in_one_thread_as_each_does_alone() {
    try (var qwen = LanguageModel.load(TinyModels.folder("qwen2"));
        var llama = LanguageModel.load(TinyModels.folder("llama"))) {
      var alone = List.of(answers(qwen), answers(llama));

      var first = CompletableFuture.supplyAsync(() -> answers(qwen));
      var second = CompletableFuture.supplyAsync(() -> answers(llama));

      assertThat(first.join()).usingRecursiveComparison().isEqualTo(alone.get(0));
      assertThat(second.join()).usingRecursiveComparison().isEqualTo(alone.get(1));
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().equals("language-model"))
          .hasSize(1);
    }
  }

  @Test
  void a_model_closed_while_it_generates_leaves_the_other_alone() throws InterruptedException {
    try (var other = LanguageModel.load(TinyModels.folder("llama"))) {
      var expected = answers(other);
      var model = LanguageModel.load(TinyModels.folder("qwen2"));
      var closer = Thread.ofPlatform().daemon().unstarted(model::close);

      assertThatThrownBy(() ->
              model.generate(
                  List.of(GenerationRequest.greedy(new int[] {5, 6, 7}, 100)),
                  new ClosedInTheMiddle(closer)))
          .hasMessage("Generation failed: The language model was closed");
      closer.join(TimeUnit.SECONDS.toMillis(60));

      assertThat(closer.isAlive()).isFalse();
      assertThat(answers(other)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  /// Asked at every step whether its row is cancelled, it lets the model be closed at the tenth.
  private record ClosedInTheMiddle(Thread closer, AtomicInteger steps)
      implements GenerationListener {
    ClosedInTheMiddle(Thread closer) {
      this(closer, new AtomicInteger());
    }

    @Override
    public boolean cancelled() {
      if (steps.incrementAndGet() == 10) {
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      return false;
    }
  }
}
