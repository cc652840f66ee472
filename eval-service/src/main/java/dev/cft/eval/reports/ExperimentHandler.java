package dev.cft.eval.reports;

import dev.cft.eval.experiments.Experiments;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import org.springframework.stereotype.Component;

/// Does an experiment's own job, when all its evaluations have succeeded: the report is the result.
@Component
class ExperimentHandler implements JobHandler {
  private final Experiments experiments;
  private final Reports reports;

  ExperimentHandler(Experiments experiments, Reports reports) {
    this.experiments = experiments;
    this.reports = reports;
  }

  @Override
  public JobKind kind() {
    return JobKind.EXPERIMENT;
  }

  @Override
  public Outcome run(JobRun job) {
    var experiment = experiments.find(job.job().id().value()).orElseThrow();
    job.progress(new Progress(1, 1, "report"));
    return new Outcome.Succeeded(
        StoreJson.object(reports.of(experiment, JobStatus.SUCCEEDED.wireName())));
  }
}
