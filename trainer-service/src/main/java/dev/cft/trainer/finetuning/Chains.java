package dev.cft.trainer.finetuning;

import dev.cft.service.keys.Caller;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.FineTuningSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.stereotype.Component;

/// The jobs that a request asks for: one, or a chain of stages that each train the model of the one
/// before.
@Component
final class Chains {
  private final RequestCheck check;

  Chains(RequestCheck check) {
    this.check = check;
  }

  /// @throws dev.cft.service.errors.ApiException naming every fault of all stages
  List<NewJob> of(FineTuningRequest request, Caller caller) {
    var faults = new Faults();
    List<RequestCheck.Checked> stages = check.stages(request, faults);
    faults.throwIfAny();
    var jobs = new ArrayList<NewJob>();
    for (RequestCheck.Checked stage : stages) {
      jobs.add(job(stage, stages.getFirst(), jobs, caller));
    }
    return jobs;
  }

  private static NewJob job(
      RequestCheck.Checked stage, RequestCheck.Checked first, List<NewJob> before, Caller caller) {
    var needs = new LinkedHashSet<>(stage.needed().jobs());
    FineTuningSpec spec = stage.spec();
    if (!before.isEmpty()) {
      JobId previous = before.getLast().id();
      needs.add(previous);
      spec = spec.from(previous.value());
    }
    return NewJob.of(JobKind.FINE_TUNING, spec)
        .needing(List.copyOf(needs))
        .with(first.metadata())
        .prioritised(first.priority())
        .taking(stage.gpus())
        .by(caller.id())
        .validatedFirst();
  }
}
