package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.Item;
import dev.cft.critiques.critiquing.CritiqueView.Asked;
import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.Question;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Critiques that a client waits for.
@Component
class SyncCritiques {
  private final TeacherUsages usages;
  private final InstantSource clock;

  SyncCritiques(TeacherUsages usages, InstantSource clock) {
    this.usages = usages;
    this.clock = clock;
  }

  /// One critique.
  ///
  /// @throws ApiException the teacher gave no answer, or not in time
  CritiqueView one(Chosen chosen, Item item, Duration timeout) {
    var asked = asked(chosen);
    return within(timeout, () -> ask(asked, item));
  }

  private CritiqueView ask(Asked asked, Item item) {
    try {
      return asked.answered(counted(asked, asked.teacher().critique(question(asked, item))));
    } catch (TeacherException e) {
      throw TeacherErrors.translate(asked.teacher().name(), e);
    }
  }

  /// One critique, with its text given to `onText` as it arrives.
  CritiqueView streamed(Chosen chosen, Item item, BiConsumer<String, String> onText) {
    var asked = asked(chosen);
    try {
      var judged =
          asked
              .teacher()
              .critique(question(asked, item), piece -> onText.accept(asked.id(), piece));
      return asked.answered(counted(asked, judged));
    } catch (TeacherException e) {
      throw TeacherErrors.translate(asked.teacher().name(), e);
    }
  }

  /// Critiques of all items, in their order; each fails on its own.
  List<CritiqueView> all(Chosen chosen, List<Item> items, Duration timeout) {
    return within(
        timeout,
        () -> {
          try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                items.stream()
                    .map(item -> (Callable<CritiqueView>) () -> askOrFail(asked(chosen), item))
                    .toList();
            return executor.invokeAll(calls).stream()
                .map(java.util.concurrent.Future::resultNow)
                .toList();
          }
        });
  }

  private CritiqueView askOrFail(Asked asked, Item item) {
    try {
      return asked.answered(counted(asked, asked.teacher().critique(question(asked, item))));
    } catch (TeacherException e) {
      return asked.failed(e);
    }
  }

  private Asked asked(Chosen chosen) {
    var id = "crit-" + UUID.randomUUID().toString().replace("-", "");
    return new Asked(id, clock.instant().getEpochSecond(), chosen.teacher(), chosen.prompt());
  }

  private static Question question(Asked asked, Item item) {
    return new Question(
        item.question(), item.response(), item.answer(), asked.prompt(), asked.id());
  }

  private Judged counted(Asked asked, Judged judged) {
    usages.add(asked.teacher().name(), 1, judged.reply().usage(), judged.costUsd());
    return judged;
  }

  private static <T> T within(Duration timeout, Callable<T> work) {
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      return executor.submit(work).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw ApiException.of(
          HttpStatus.GATEWAY_TIMEOUT,
          new ApiError(
              "The teacher gave no critique within %d s; set timeout_seconds, or use POST /v1/critiques/jobs."
                  .formatted(timeout.toSeconds()),
              "server_error",
              "timeout_seconds",
              "teacher_timeout"));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while waiting for a critique", e);
    } finally {
      executor.shutdownNow();
    }
  }
}
