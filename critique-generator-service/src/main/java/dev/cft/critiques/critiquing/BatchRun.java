package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherBatches.Part;
import dev.cft.critiques.critiquing.TeacherBatches.State;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.teachers.ProviderBatches;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One look at a critique job in mode `batch`: submits what is not submitted, collects what has
/// ended, and parks the job until the next look.
///
/// Rows go in rounds: what a batch did not answer (it expired, the provider failed) goes into
/// another one, as often as a call is attempted.
final class BatchRun {
  private final JobRun run;
  private final CritiqueTask task;
  private final Tally tally;
  private final RowsOut out;
  private final TeacherBatches batches;
  private final StoredCritiques stored;
  private final Input input;
  private final long rows;

  /// The most that is spent or submitted so far, in dollars.
  private double committedUsd;

  private OptionalLong leftByBudget = OptionalLong.empty();

  BatchRun(
      JobRun run, CritiqueTask task, RowsOut out, CritiqueStores stores, Input input, Tally tally) {
    this.run = run;
    this.task = task;
    this.tally = tally;
    this.out = out;
    this.batches = stores.batches();
    this.stored = stores.critiques();
    this.input = input;
    var limit = task.spec().limit();
    this.rows = limit == null ? input.total() : Math.min(input.total(), limit);
  }

  Stop go() throws InterruptedException {
    run.stage("in batches at " + task.teacherNames());
    try {
      return look();
    } catch (TeacherException.OutOfQuota | TeacherException.Misconfigured e) {
      throw new JobFailedException(
          new JobError(e.code(), String.valueOf(e.getMessage()), "teacher"));
    } catch (TeacherException e) {
      return new Stop.Early(
          new Outcome.Parked("The provider's batches: " + e.getMessage(), poll()));
    }
  }

  private Stop look() throws InterruptedException {
    var parts = batches.of(task.job());
    var isNew = parts.stream().allMatch(part -> part.state() == State.COLLECTED);
    if (isNew) {
      parts = plan(parts);
    }
    var still = new ArrayList<String>();
    for (var part : parts) {
      if (part.state() == State.COLLECTED) {
        continue;
      }
      var submitted = part.state() == State.PLANNED ? submit(part, isNew) : part;
      advance(submitted).ifPresent(still::add);
    }
    if (!still.isEmpty()) {
      return new Stop.Early(new Outcome.Parked(String.join("; ", still), poll()));
    }
    if (tally.rows() < rows * task.perRow() && leftByBudget.isEmpty()) {
      return new Stop.Early(new Outcome.Parked("rows without an answer go again", Duration.ZERO));
    }
    return leftByBudget.isPresent()
        ? new Stop.OutOfBudget(leftByBudget.getAsLong())
        : new Stop.Done();
  }

  private Duration poll() {
    return task.teachers().getFirst().teacher().settings().batchPoll();
  }

  /// Divides what is left into new batches; what needs no call is written.
  private List<Part> plan(List<Part> earlier) throws InterruptedException {
    committedUsd = tally.costUsd();
    var rounds = new HashMap<Long, Integer>();
    earlier.forEach(part -> part.seqs().forEach(seq -> rounds.merge(seq, part.round(), Math::max)));
    var open = new HashMap<String, List<Long>>();
    var planned = new ArrayList<Part>();
    var commissions = new Commissions(input.rows(), rows, task, tally.seqs(), stored);
    for (var next = commissions.peek(); next != null; next = commissions.peek()) {
      var commission = next.commission();
      var round = rounds.getOrDefault(commission.seq(), 0) + 1;
      if (!writeWithoutCall(next, round)) {
        if (!isAffordable(commission)) {
          leftByBudget = OptionalLong.of(commissions.left());
          break;
        }
        var name = commission.by().teacher().name();
        var seqs = open.computeIfAbsent(name, _ -> new ArrayList<>());
        seqs.add(commission.seq());
        if (seqs.size() == commission.by().teacher().settings().batchSize()) {
          planned.add(part(earlier.size() + planned.size(), name, round, open.remove(name)));
        }
      }
      commissions.take();
      if (out.isFull()) {
        out.flush();
      }
    }
    out.flush();
    open.forEach((name, seqs) ->
        planned.add(
            part(
                earlier.size() + planned.size(),
                name,
                rounds.getOrDefault(seqs.getFirst(), 0) + 1,
                seqs)));
    run.fenced(() -> {
      planned.forEach(batches::plan);
      return null;
    });
    return planned;
  }

  private Part part(int number, String teacher, int round, @Nullable List<Long> seqs) {
    return new Part(
        task.job(), number, teacher, round, seqs == null ? List.of() : seqs, State.PLANNED, null);
  }

  private boolean writeWithoutCall(Commissions.Pending next, int round) {
    var commission = next.commission();
    var objection = CritiquedRow.objection(commission.row());
    var most = commission.by().teacher().settings().maxAttempts();
    if (objection != null) {
      out.add(CritiquedRow.failed(commission, objection));
    } else if (next.found() != null) {
      out.add(CritiquedRow.reused(commission, next.found()));
    } else if (round > most) {
      out.add(
          CritiquedRow.failed(
              commission, "teacher_unavailable: not answered in %d batches".formatted(most)));
    } else {
      return false;
    }
    return true;
  }

  private boolean isAffordable(Commission commission) {
    var budget = task.spec().budgetUsd();
    committedUsd += commission.mostUsd() * commission.by().teacher().settings().batchPriceFactor();
    return budget == null || committedUsd <= budget;
  }

  /// The same part, submitted: by now, or by an attempt that died before it could say so.
  ///
  /// @param isNew this attempt planned it, so that no other can have submitted it
  private Part submit(Part part, boolean isNew) {
    var provider = provider(part);
    var found = isNew ? Optional.<String>empty() : provider.find(part.label());
    var id = found.orElseGet(() -> upload(part, provider));
    var submitted = part.with(State.SUBMITTED, id);
    save(submitted);
    run.event(
        Level.INFO,
        "Batch %s of %d requests submitted to %s".formatted(id, part.seqs().size(), part.teacher()),
        null);
    return submitted;
  }

  private String upload(Part part, ProviderBatches provider) {
    try {
      var file = Files.createTempFile("critiques-", ".jsonl");
      try {
        write(part, provider, file);
        return provider.submit(part.label(), file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the requests of %s cannot be written".formatted(part.label()), e);
    }
  }

  private void write(Part part, ProviderBatches provider, Path file) throws IOException {
    try (var lines = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      for (var commission : commissions(part).values()) {
        lines.write(provider.line(commission.question()));
        lines.write('\n');
      }
    }
  }

  /// Looks at a submitted part; tells how it stands while it is not done with.
  private Optional<String> advance(Part part) throws InterruptedException {
    var provider = provider(part);
    var id = String.valueOf(part.batchId());
    var state = provider.look(id);
    switch (state.phase()) {
      case RUNNING -> {
        return Optional.of(
            "Batch %s at %s: %d of %d done"
                .formatted(id, part.teacher(), state.done(), state.total()));
      }
      case FULL -> {
        save(part.withoutRoom());
        return Optional.of(
            "%s has no room for a batch: %s".formatted(part.teacher(), state.words()));
      }
      case REFUSED ->
          throw new JobFailedException(
              new JobError(
                  "batch_refused",
                  "%s did not take the batch %s: %s".formatted(part.teacher(), id, state.words()),
                  "teacher"));
      case ENDED -> collect(part, provider, state);
    }
    return Optional.empty();
  }

  private void collect(Part part, ProviderBatches provider, ProviderBatches.State state)
      throws InterruptedException {
    var commissions = commissions(part);
    for (var file : state.outputs()) {
      var results = new ArrayList<ProviderBatches.Result>();
      provider.results(file, results::add);
      for (var result : results) {
        take(part, commissions, result);
        if (out.isFull()) {
          out.flush();
        }
      }
    }
    out.flush();
    save(part.with(State.COLLECTED, part.batchId()));
    out.measure();
    run.event(
        Level.INFO,
        "Batch %s %s: %d of %d rows have their outcome"
            .formatted(
                part.batchId(),
                state.words(),
                part.seqs().stream().filter(tally.seqs()::has).count(),
                part.seqs().size()),
        null);
  }

  /// What may be answered another time stays without an outcome and goes into the next round.
  private void take(Part part, Map<String, Commission> commissions, ProviderBatches.Result result) {
    var commission = commissions.get(result.requestId());
    if (commission == null || tally.seqs().has(commission.seq())) {
      return;
    }
    var reply = result.reply();
    if (reply != null) {
      out.paid(commission, commission.by().teacher().judgedInBatch(reply, part.round()));
    } else if (result.failure() instanceof TeacherException.BadRequest bad) {
      out.add(CritiquedRow.failed(commission, bad.code() + ": " + bad.getMessage()));
    } else if (result.failure() instanceof TeacherException.OutOfQuota broke) {
      throw broke;
    }
  }

  private void save(Part part) {
    run.fenced(() -> {
      batches.update(part);
      return null;
    });
  }

  /// A part's commissions by request id, in order.
  private Map<String, Commission> commissions(Part part) {
    var wanted = new HashSet<>(part.seqs());
    var found = new LinkedHashMap<String, Commission>();
    var first = part.seqs().stream().mapToLong(Long::longValue).min().orElse(0);
    var all = input.rowsFrom(first / task.perRow());
    while (all.hasNext() && found.size() < wanted.size()) {
      for (var commission : task.commissions(all.next())) {
        if (wanted.contains(commission.seq())) {
          found.put(commission.question().requestId(), commission);
        }
      }
    }
    return found;
  }

  private ProviderBatches provider(Part part) {
    return task.teachers().stream()
        .map(each -> each.teacher())
        .filter(teacher -> teacher.name().equals(part.teacher()))
        .findFirst()
        .flatMap(teacher -> teacher.batches())
        .orElseThrow();
  }
}
