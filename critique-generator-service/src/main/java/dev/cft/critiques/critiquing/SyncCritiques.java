package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.Item;
import dev.cft.critiques.critiquing.CritiqueView.Asked;
import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import dev.cft.store.datasets.DatasetRow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Critiques that a client waits for.
@Component
class SyncCritiques {
  private final UsageBuffer usages;
  private final StoredCritiques stored;
  private final InstantSource clock;

  SyncCritiques(UsageBuffer usages, StoredCritiques stored, InstantSource clock) {
    this.usages = usages;
    this.stored = stored;
    this.clock = clock;
  }

  /// One critique.
  ///
  /// @param isReusing whether a stored critique will do
  /// @throws ApiException the teacher gave no answer, or not in time
  CritiqueView one(Chosen chosen, Item item, boolean isReusing, Duration timeout) {
    var asked = asked(chosen, item);
    return within(
        timeout, () -> told(asked, () -> reused(asked, isReusing).orElseGet(() -> ask(asked))));
  }

  /// One critique, with its text given to `onText` as it arrives.
  CritiqueView streamed(
      Chosen chosen, Item item, boolean isReusing, BiConsumer<String, String> onText) {
    var asked = asked(chosen, item);
    var reused = reused(asked, isReusing);
    reused.ifPresent(view -> onText.accept(view.id(), String.valueOf(view.critique())));
    return told(
        asked, () -> reused.orElseGet(() -> ask(asked, piece -> onText.accept(asked.id(), piece))));
  }

  private static CritiqueView told(Asked asked, Supplier<CritiqueView> work) {
    try {
      return work.get();
    } catch (TeacherException e) {
      throw TeacherErrors.translate(asked.teacher().name(), e);
    }
  }

  /// Critiques of all items, in their order; each fails on its own.
  List<CritiqueView> all(Chosen chosen, List<Item> items, boolean isReusing, Duration timeout) {
    return within(
        timeout,
        () -> {
          try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                items.stream()
                    .map(item ->
                        (Callable<CritiqueView>) () -> askOrFail(asked(chosen, item), isReusing))
                    .toList();
            return executor.invokeAll(calls).stream().map(Future::resultNow).toList();
          }
        });
  }

  private CritiqueView askOrFail(Asked asked, boolean isReusing) {
    try {
      return reused(asked, isReusing).orElseGet(() -> ask(asked));
    } catch (TeacherException e) {
      return asked.failed(e);
    }
  }

  private Optional<CritiqueView> reused(Asked asked, boolean isReusing) {
    var commission = asked.commission();
    if (!isReusing || !commission.isReusable()) {
      return Optional.empty();
    }
    return Optional.ofNullable(stored.find(List.of(commission)).get(commission.seq()))
        .map(found -> asked.reused(found.row()));
  }

  private CritiqueView ask(Asked asked) {
    usages.checkBudget(asked.teacher());
    var question = asked.commission().question();
    return answered(asked, asked.teacher().critique(asked.asker(), question));
  }

  private CritiqueView ask(Asked asked, Consumer<String> onText) {
    usages.checkBudget(asked.teacher());
    var question = asked.commission().question();
    return answered(asked, asked.teacher().critique(asked.asker(), question, onText));
  }

  private CritiqueView answered(Asked asked, Judged judged) {
    usages.add(asked.teacher().name(), TeacherUsages.Totals.ofCall(judged));
    return asked.answered(judged);
  }

  private Asked asked(Chosen chosen, Item item) {
    var id = "crit-" + UUID.randomUUID().toString().replace("-", "");
    var row = DatasetRow.question(0, item.question(), item.answer(), item.response());
    return new Asked(id, clock.instant().getEpochSecond(), new Commission(0, row, chosen, 0, id));
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
