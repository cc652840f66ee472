package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.CritiqueRequests.Item;
import dev.cft.critiques.critiquing.CritiqueView.Asked;
import dev.cft.critiques.critiquing.StoredCritiques.Found;
import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import dev.cft.store.datasets.DatasetRow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Critiques that a client waits for.
///
/// A client that waits no longer takes nothing back: its call under way is answered, counted and
/// stored, so that the same question finds it; what was not asked yet is not asked.
@Component
class SyncCritiques {
  private final ClientsBuffer buffer;
  private final StoredCritiques stored;
  private final InstantSource clock;

  SyncCritiques(ClientsBuffer buffer, StoredCritiques stored, InstantSource clock) {
    this.buffer = buffer;
    this.stored = stored;
    this.clock = clock;
  }

  /// One critique.
  ///
  /// @param isReusing whether a stored critique will do
  /// @throws ApiException the teacher gave no answer, or not in time
  CritiqueView one(Chosen chosen, Item item, boolean isReusing, Duration timeout) {
    var asked = asked(chosen, 0, item);
    var found = isReusing ? found(List.of(asked)).get(0L) : null;
    if (found != null) {
      return asked.reused(found.row());
    }
    var until = System.nanoTime() + timeout.toNanos();
    var answer = started(() -> ask(asked));
    try {
      return answer.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      withdraw(asked);
      throw tooLate(timeout);
    } catch (ExecutionException e) {
      throw failure(asked, e);
    } catch (InterruptedException e) {
      throw interrupted(asked, e);
    }
  }

  /// One critique, with its text given to `onText` as it arrives.
  ///
  /// @param timeout until its first piece
  CritiqueView streamed(
      Chosen chosen,
      Item item,
      boolean isReusing,
      Duration timeout,
      BiConsumer<String, String> onText) {
    var asked = asked(chosen, 0, item);
    var found = isReusing ? found(List.of(asked)).get(0L) : null;
    if (found != null) {
      var view = asked.reused(found.row());
      onText.accept(view.id(), String.valueOf(view.critique()));
      return view;
    }
    var late = CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    var giveUp = CompletableFuture.runAsync(() -> withdraw(asked), late);
    try {
      return ask(asked, piece -> onText.accept(asked.id(), piece));
    } catch (TeacherException.NotAsked _) {
      throw tooLate(timeout);
    } catch (TeacherException e) {
      throw TeacherErrors.translate(asked.teacher().name(), e);
    } finally {
      giveUp.cancel(false);
    }
  }

  /// Critiques of all items, in their order; each fails on its own, also by being too late.
  List<CritiqueView> all(Chosen chosen, List<Item> items, boolean isReusing, Duration timeout) {
    var until = System.nanoTime() + timeout.toNanos();
    var asked =
        IntStream.range(0, items.size()).mapToObj(i -> asked(chosen, i, items.get(i))).toList();
    var found = isReusing ? found(asked) : Map.<Long, Found>of();
    var answers =
        asked.stream()
            .map(each -> {
              var known = found.get(each.commission().seq());
              return started(() -> known == null ? ask(each) : each.reused(known.row()));
            })
            .toList();
    return IntStream.range(0, items.size())
        .mapToObj(i -> orFailed(asked.get(i), answers.get(i), until, timeout))
        .toList();
  }

  private CritiqueView orFailed(
      Asked asked, FutureTask<CritiqueView> answer, long until, Duration timeout) {
    try {
      return answer.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      withdraw(asked);
      return asked.failed("teacher_timeout: " + tooLate(timeout).error().message());
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case TeacherException failure -> asked.failed(failure);
        case null, default -> throw failure(asked, e);
      };
    } catch (InterruptedException e) {
      throw interrupted(asked, e);
    }
  }

  /// What is stored, by place.
  private Map<Long, Found> found(List<Asked> asked) {
    return stored.find(
        asked.stream().map(Asked::commission).filter(Commission::isReusable).toList());
  }

  private CritiqueView ask(Asked asked) {
    buffer.checkBudget(asked.teacher());
    var question = asked.commission().question();
    return answered(asked, asked.teacher().critique(asked.asker(), question));
  }

  private CritiqueView ask(Asked asked, Consumer<String> onText) {
    buffer.checkBudget(asked.teacher());
    var question = asked.commission().question();
    return answered(asked, asked.teacher().critique(asked.asker(), question, onText));
  }

  private CritiqueView answered(Asked asked, Judged judged) {
    buffer.add(asked.commission(), judged);
    return asked.answered(judged);
  }

  private Asked asked(Chosen chosen, int place, Item item) {
    var id = "crit-" + UUID.randomUUID().toString().replace("-", "");
    var row = DatasetRow.question(place, item.question(), item.answer(), item.response());
    var commission = new Commission(place, row, chosen, 0, id);
    return new Asked(id, clock.instant().getEpochSecond(), commission, Asker.client(id));
  }

  private static void withdraw(Asked asked) {
    asked.teacher().withdraw(asked.asker());
  }

  private static FutureTask<CritiqueView> started(Callable<CritiqueView> work) {
    var task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    return task;
  }

  private static ApiException tooLate(Duration timeout) {
    return ApiException.of(
        HttpStatus.GATEWAY_TIMEOUT,
        new ApiError(
            "The teacher gave no critique within %d s; ask again (what still comes is stored), set timeout_seconds, or use POST /v1/critiques/jobs."
                .formatted(timeout.toSeconds()),
            "server_error",
            "timeout_seconds",
            "teacher_timeout"));
  }

  private static RuntimeException failure(Asked asked, ExecutionException e) {
    @Nullable Throwable cause = e.getCause();
    return switch (cause) {
      case TeacherException failure -> TeacherErrors.translate(asked.teacher().name(), failure);
      case RuntimeException known -> known;
      case null, default -> new IllegalStateException(cause);
    };
  }

  private static IllegalStateException interrupted(Asked asked, InterruptedException e) {
    withdraw(asked);
    Thread.currentThread().interrupt();
    return new IllegalStateException("stopped while waiting for a critique", e);
  }
}
