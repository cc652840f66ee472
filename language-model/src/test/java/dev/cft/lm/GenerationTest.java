package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GenerationTest {
  private static final GenerationListener NOBODY = new GenerationListener() {};
  private static LanguageModel model;

  @BeforeAll
  static void load() {
    model = LanguageModel.load(TinyModels.folder("qwen2"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationRequest prompt(String text, int maxTokens) {
    return GenerationRequest.greedy(model.tokenizer().encode(text), maxTokens);
  }

  private static Generation generate(GenerationRequest request) {
    return model.generate(List.of(request), NOBODY).getFirst();
  }

  @Test
  void a_sample_depends_on_its_seed_and_not_on_its_neighbours() {
    var request = prompt("What is 3 + 4?", 30).withTemperature(1.0);
    var neighbours =
        IntStream.range(0, 9)
            .mapToObj(i -> prompt("Step " + i, 5 + 7 * i).withTemperature(1.3).withSeed(i))
            .toList();
    var crowd = new ArrayList<>(neighbours);
    crowd.add(4, request.withSeed(11));

    var alone = generate(request.withSeed(11));
    var inCrowd = model.generate(crowd, NOBODY).get(4);
    var otherSeed = generate(request.withSeed(12));

    assertThat(inCrowd.tokens()).isEqualTo(alone.tokens());
    assertThat(otherSeed.tokens()).isNotEqualTo(alone.tokens());
  }

  @Test
  void a_tiny_nucleus_leaves_only_the_likeliest_token() {
    var request = prompt("What is 3 + 4?", 20);

    var nucleus = generate(request.withTemperature(1).withTopP(1e-6));

    assertThat(nucleus.tokens()).isEqualTo(generate(request).tokens());
  }

  @Test
  void a_stop_string_across_token_borders_ends_the_text_before_it() {
    var whole = generate(prompt("What is 3 + 4?", 40));
    var text = whole.text();
    // Two characters in the middle that come from different tokens.
    var stop = text.substring(12, 15);

    var stopped = generate(prompt("What is 3 + 4?", 40).withStop(List.of("never seen", stop)));

    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(stopped.tokens().length).isLessThan(whole.tokens().length);
  }

  @Test
  void streamed_pieces_join_to_the_text_and_never_show_a_part_of_a_stop_string() {
    var whole = generate(prompt("What is 3 + 4?", 40)).text();
    var stop = whole.substring(20, 24);
    var pieces = new ArrayList<String>();

    var streamed = model.stream(prompt("What is 3 + 4?", 40).withStop(List.of(stop)), pieces::add);

    assertThat(String.join("", pieces))
        .isEqualTo(streamed.text())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(pieces).hasSizeGreaterThan(1).noneMatch(String::isEmpty);
  }

  @Test
  void a_special_token_as_stop_string_ends_the_generation() {
    int[] tokens = generate(prompt("Step", 200)).tokens();
    var special = model.tokenizer().addedToken("<|im_end|>").orElseThrow();
    int at =
        IntStream.range(0, tokens.length).filter(i -> tokens[i] == special).findFirst().orElse(-1);

    var stopped = generate(prompt("Step", 200).withStop(List.of("<|im_end|>")));

    assertThat(stopped.finishReason()).isEqualTo(at < 0 ? FinishReason.LENGTH : FinishReason.STOP);
    assertThat(stopped.tokens()).hasSize(at < 0 ? tokens.length : at + 1);
  }

  @Test
  void more_rows_than_fit_at_once_all_finish_in_order() {
    var requests = IntStream.range(0, 600).mapToObj(i -> prompt("Step " + i, 1 + i % 5)).toList();
    var heard = ConcurrentHashMap.<Integer>newKeySet();

    var generations =
        model.generate(
            requests,
            new GenerationListener() {
              @Override
              public void finished(int index, Generation generation) {
                heard.add(index);
              }
            });

    assertThat(heard).hasSize(600);
    for (int i = 0; i < 600; i++) {
      assertThat(generations.get(i).tokens()).hasSize(1 + i % 5);
    }
  }

  @Test
  void callers_at_the_same_time_get_what_they_would_get_alone() throws InterruptedException {
    var expected = generate(prompt("What is 3 + 4?", 60)).tokens();
    var wrong = new AtomicInteger();
    var done = new CountDownLatch(6);

    for (int caller = 0; caller < 6; caller++) {
      Thread.ofVirtual()
          .start(() -> {
            if (!Arrays.equals(expected, generate(prompt("What is 3 + 4?", 60)).tokens())) {
              wrong.incrementAndGet();
            }
            done.countDown();
          });
    }
    done.await();

    assertThat(wrong).hasValue(0);
  }

  @Test
  void a_row_that_comes_later_joins_the_batch_and_leaves_it_before_the_first_is_done() {
    var started = new CountDownLatch(1);
    var shortDone = new CountDownLatch(1);
    var slow =
        new GenerationListener() {
          // Asked before every step: a running row holds each one up until the other has left.
          @Override
          public boolean cancelled() {
            started.countDown();
            try {
              return shortDone.await(100, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    var first =
        CompletableFuture.supplyAsync(
            () -> model.generate(List.of(prompt("Step", 240)), slow).getFirst());

    Generation later;
    try {
      started.await();
      later = generate(prompt("What is 3 + 4?", 5));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      shortDone.countDown();
    }

    assertThat(later.tokens()).hasSize(5);
    assertThat(first.join().finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(first.join().tokens().length).isBetween(5, 239);
  }

  @Test
  void a_cancelled_call_ends_with_what_it_has() {
    var asked = new AtomicInteger();

    var generations =
        model.generate(
            List.of(prompt("Step", 200), prompt("What", 200)),
            new GenerationListener() {
              @Override
              public boolean cancelled() {
                return asked.incrementAndGet() > 10;
              }
            });

    assertThat(generations)
        .allMatch(generation -> generation.finishReason() == FinishReason.CANCELLED);
    assertThat(generations.getFirst().tokens().length).isLessThan(200);
  }

  @Test
  void the_model_ends_a_row_that_reaches_its_last_position() {
    int[] prompt = new int[250];
    Arrays.fill(prompt, 40);

    var generation = generate(GenerationRequest.greedy(prompt, 100));

    assertThat(generation.tokens()).hasSize(6);
    assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void a_prompt_that_the_model_cannot_take_is_refused_with_the_limit() {
    assertThatThrownBy(() -> generate(GenerationRequest.greedy(new int[256], 1)))
        .hasMessage("The prompt has 256 tokens; the model takes at most 255");
    assertThatThrownBy(() -> generate(GenerationRequest.greedy(new int[] {288}, 1)))
        .hasMessage("Token 288 is outside the vocabulary of 288");
    assertThatThrownBy(() -> GenerationRequest.greedy(new int[0], 1))
        .hasMessage("The prompt has no token");
  }

  @Test
  void a_closed_model_says_so() {
    var closed = LanguageModel.load(TinyModels.folder("llama"));
    closed.close();

    assertThatThrownBy(
            () -> closed.generate(List.of(GenerationRequest.greedy(new int[] {1}, 1)), NOBODY))
        .hasMessage("The language model is closed");
  }

  @Test
  void one_of_the_k_likeliest_is_drawn() {
    var request = prompt("What is 3 + 4?", 20).withTemperature(5);

    var drawn = generate(request.withTopK(1));

    assertThat(drawn.tokens()).isEqualTo(generate(prompt("What is 3 + 4?", 20)).tokens());
  }

  @Test
  void a_long_prompt_passes_in_pieces_while_others_run_and_answers_stay_the_same() {
    int[] text = model.tokenizer().encode("What is 3 + 4? Step 1: the answer is 7. ".repeat(8));
    var longPrompt = GenerationRequest.greedy(Arrays.copyOf(text, 200), 20);
    var alone = generate(longPrompt);
    var requests = new ArrayList<GenerationRequest>();
    for (int i = 0; i < 40; i++) {
      requests.add(prompt("Step " + i, 30));
    }
    // Sixty rows of 200 tokens do not pass at once.
    for (int i = 0; i < 60; i++) {
      int[] own = longPrompt.promptTokens();
      own[0] = 3 + i;
      requests.add(GenerationRequest.greedy(own, 20));
    }
    requests.add(longPrompt);

    var together = model.generate(requests, NOBODY);

    assertThat(together.getLast().tokens()).isEqualTo(alone.tokens());
    assertThat(together.get(45).tokens()).isEqualTo(generate(requests.get(45)).tokens());
  }

  @Test
  void samples_of_one_prompt_are_those_of_separate_calls() {
    var request = prompt("What is 3 + 4?", 12).withTemperature(1);
    var requests = IntStream.range(0, 5).mapToObj(request::withSeed).toList();

    var together = model.generate(requests, NOBODY);

    for (int i = 0; i < 5; i++) {
      assertThat(together.get(i).tokens()).isEqualTo(generate(requests.get(i)).tokens());
    }
  }

  @Test
  void log_probabilities_are_those_of_the_scorer() {
    var request = prompt("What is 3 + 4?", 6);

    var generation = generate(request.withLogProbabilities(3));

    int[] prompt = request.promptTokens();
    int[] whole = Arrays.copyOf(prompt, prompt.length + 6);
    System.arraycopy(generation.tokens(), 0, whole, prompt.length, 6);
    float[] scores;
    try (var scorer = Scorer.load(TinyModels.folder("qwen2"))) {
      scores = scorer.logProbabilities(List.of(whole)).getFirst();
    }
    for (int i = 0; i < 6; i++) {
      var likelihood = generation.logProbabilities().get(i);
      assertThat(likelihood.token()).isEqualTo(generation.tokens()[i]);
      assertThat(likelihood.value()).isCloseTo(scores[prompt.length - 1 + i], within(1e-4f));
      // Greedy: the token is the likeliest.
      assertThat(likelihood.likeliest()).hasSize(3);
      assertThat(likelihood.likeliest().getFirst().token()).isEqualTo(likelihood.token());
    }
  }

  @Test
  void time_that_is_up_ends_a_row_with_what_it_has() {
    var generation = generate(prompt("Step", 200).withTimeLimit(Duration.ofNanos(1)));

    assertThat(generation.finishReason()).isEqualTo(FinishReason.TIME);
    assertThat(generation.tokens().length).isLessThan(200);
  }
}
