package dev.cft.eval.runs;

import dev.cft.eval.answering.Answerer;
import dev.cft.eval.answering.Dialogue;
import dev.cft.eval.answering.Memory;
import dev.cft.eval.answering.Turn;
import dev.cft.eval.endpoints.EndpointException;
import dev.cft.eval.evals.ItemSets.Item;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One attempt at a run's samples: each is written once, in small transactions under the lease.
final class Pass {
  /// What is finished is written at least so often (our choice: what a kill may cost).
  private static final Duration LONGEST_UNWRITTEN = Duration.ofSeconds(5);

  private static final Duration LOOK_UP = Duration.ofMillis(100);

  private final JobRun job;
  private final Runs runs;
  private final Memory memory;
  private final ItemDialogues dialogues;
  private final Judging judging;
  private final int writeEvery;
  private final long total;
  private final Map<Long, Begun> begun = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final List<Done> unwritten = new ArrayList<>();
  private long writtenAt = System.nanoTime();
  private long done;

  /// @param extent how much there is, and how much of it is written already
  Pass(
      JobRun job,
      Runs runs,
      Memory memory,
      ItemDialogues dialogues,
      Judging judging,
      int writeEvery,
      Extent extent) {
    this.job = job;
    this.runs = runs;
    this.memory = memory;
    this.dialogues = dialogues;
    this.judging = judging;
    this.writeEvery = writeEvery;
    this.total = extent.total();
    this.done = extent.done();
  }

  /// How much there is.
  record Extent(long total, long done) {}

  private record Begun(Item item, List<Turn> input) {}

  private record Done(OutputItem item, Dialogue dialogue) {}

  /// Leads all conversations; empty when all samples are written, else why not.
  @Nullable Outcome go(Answerer answerer, Iterator<ItemSelection.Sample> samples)
      throws InterruptedException {
    report();
    var isRemote = judging.criteria().stream().anyMatch(c -> c.isRemote());
    try (var judges = isRemote ? Executors.newVirtualThreadPerTaskExecutor() : null) {
      answerer.answer(pulled(samples), this::isStopped, dialogue -> end(dialogue, judges));
      await(judges);
    } catch (EndpointException e) {
      write();
      throw e;
    }
    write();
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return job.signal() != Signal.GO_ON && done < total ? stopped() : null;
  }

  /// Judges end, or are sent home once the run is stopped.
  private void await(@Nullable ExecutorService judges) throws InterruptedException {
    if (judges != null) {
      judges.shutdown();
      while (!judges.awaitTermination(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS)) {
        if (isStopped()) {
          judges.shutdownNow();
        }
      }
    }
  }

  private boolean isStopped() {
    return job.signal() != Signal.GO_ON || failure.get() != null;
  }

  private Iterator<Dialogue> pulled(Iterator<ItemSelection.Sample> samples) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return samples.hasNext();
      }

      @Override
      public Dialogue next() {
        var sample = samples.next();
        var dialogue = dialogues.of(sample.item().value(), sample.seq()).about(sample.seq());
        begun.put(sample.seq(), new Begun(sample.item(), input(dialogue)));
        return dialogue;
      }
    };
  }

  private static List<Turn> input(Dialogue dialogue) {
    return dialogue.next().map(ask -> ask.prompt().turns()).orElse(List.of());
  }

  /// Judging by an endpoint goes on beside the conversations.
  private void end(Dialogue dialogue, @Nullable ExecutorService judges) {
    if (judges == null) {
      take(dialogue);
    } else {
      // Kept at once: whatever becomes of the judgment, the answer is not generated again.
      memory.keep(dialogue);
      judges.execute(() -> {
        try {
          take(dialogue);
        } catch (RuntimeException e) {
          failure.compareAndSet(null, e);
        }
      });
    }
  }

  private void take(Dialogue dialogue) {
    var begin = begun.remove(dialogue.subject());
    if (begin == null) {
      throw new IllegalStateException("sample %d ended twice".formatted(dialogue.subject()));
    }
    OutputItem item;
    try {
      item = judging.judge(begin.item(), begin.input(), dialogue);
    } catch (InterruptedException _) {
      // The run was stopped while its judge was asked: the sample is left for the next attempt.
      Thread.currentThread().interrupt();
      return;
    }
    synchronized (this) {
      unwritten.add(new Done(item, dialogue));
      var isLate = System.nanoTime() - writtenAt > LONGEST_UNWRITTEN.toNanos();
      if (unwritten.size() >= writeEvery || isLate) {
        write();
      }
    }
  }

  private synchronized void write() {
    if (unwritten.isEmpty() || job.signal() == Signal.LEASE_LOST) {
      return;
    }
    job.fenced(() -> {
      runs.write(unwritten.stream().map(Done::item).toList());
      unwritten.forEach(each -> memory.keep(each.dialogue()));
      return true;
    });
    done += unwritten.size();
    unwritten.clear();
    writtenAt = System.nanoTime();
    report();
  }

  private void report() {
    job.progress(new Progress(done, total, "items"));
  }

  private Outcome stopped() {
    return switch (job.signal()) {
      case PAUSE -> new Outcome.Paused();
      case SHUTDOWN, YIELD, GO_ON -> new Outcome.Released();
      case LEASE_LOST -> throw new LeaseLostException(job.job().id());
    };
  }
}
