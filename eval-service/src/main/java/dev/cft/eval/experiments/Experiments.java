package dev.cft.eval.experiments;

import dev.cft.eval.runs.Runs;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.IllegalTransitionException;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.specs.ExperimentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// All experiments, each a job and the jobs it consists of.
@Component
public class Experiments {
  private static final int PAGE = 1000;

  private final Jobs jobs;
  private final Runs runs;
  private final TransactionTemplate transaction;

  Experiments(Jobs jobs, Runs runs, TransactionTemplate transaction) {
    this.jobs = jobs;
    this.runs = runs;
    this.transaction = transaction;
  }

  /// An experiment as it stands.
  ///
  /// @param parts oldest first
  public record Experiment(Job job, ExperimentSpec spec, List<Job> parts) {
    public Experiment {
      parts = List.copyOf(parts);
    }

    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`: the own job waits while the parts
    /// run, which is running for users.
    public String status() {
      var own = job.status();
      if (own.isFinal()) {
        return own.wireName();
      }
      var isStarted = parts.stream().anyMatch(part -> part.startedAt() != null);
      return isStarted || own == JobStatus.RUNNING ? "running" : "queued";
    }

    /// Whether some part has not finished.
    public boolean isPartial() {
      return parts.stream().anyMatch(part -> !part.status().isFinal());
    }
  }

  /// Submits the whole plan or nothing.
  Experiment submit(Plan plan) {
    transaction.executeWithoutResult(_ -> {
      plan.runs().forEach(runs::create);
      jobs.submit(plan.jobs());
    });
    return find(plan.experiment().value()).orElseThrow();
  }

  /// The experiment of that id.
  public Optional<Experiment> find(String id) {
    return jobs.find(new JobId(id))
        .filter(job -> job.kind() == JobKind.EXPERIMENT)
        .map(this::whole);
  }

  /// The experiment with its parts.
  Experiment whole(Job job) {
    var spec = StoreJson.read(job.spec(), ExperimentSpec.class);
    return new Experiment(job, spec, parts(job.id()));
  }

  private List<Job> parts(JobId id) {
    var parts = new ArrayList<Job>();
    JobId after = null;
    var hasMore = true;
    while (hasMore) {
      var query =
          new JobQuery(Set.of(), Set.of(), Map.of(Tags.EXPERIMENT, id.value()), after, PAGE, false);
      var page = jobs.list(query);
      page.data().stream().filter(job -> !job.id().equals(id)).forEach(parts::add);
      hasMore = page.hasMore();
      after = page.data().isEmpty() ? null : page.data().getLast().id();
    }
    return parts;
  }

  /// Cancels the experiment and every unfinished part, those that need others first, so that none
  /// is told to have failed.
  Experiment cancel(Experiment experiment) {
    var cancelled = jobs.cancel(experiment.job().id());
    for (var part : experiment.parts().reversed()) {
      cancelUnlessDone(part);
    }
    return whole(Objects.requireNonNull(cancelled));
  }

  private void cancelUnlessDone(Job part) {
    if (part.status().isFinal()) {
      return;
    }
    try {
      jobs.cancel(part.id());
    } catch (IllegalTransitionException finishedMeanwhile) {
      // It has ended by itself: nothing is left to cancel.
    }
  }
}
