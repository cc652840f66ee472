package dev.cft.eval.experiments;

import dev.cft.store.jobs.JobId;
import java.util.List;

/// Jobs outside the experiment that its parts wait for.
///
/// @param forInput makes the input dataset
/// @param forModel makes the base model
record Needed(List<JobId> forInput, List<JobId> forModel) {
  Needed {
    forInput = List.copyOf(forInput);
    forModel = List.copyOf(forModel);
  }
}
