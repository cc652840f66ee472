package dev.cft.eval.runs;

import dev.cft.eval.evals.Eval;
import dev.cft.store.jobs.NewJob;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Plans runs for other features, checked like a request for one.
@Component
public class RunPlanner {
  private final RunRequests requests;

  RunPlanner(RunRequests requests) {
    this.requests = requests;
  }

  /// A checked run that is not submitted yet.
  public record Planned(NewJob job, Run run) {}

  /// Checks a request and plans its run.
  ///
  /// @param tags metadata beside the request's own
  /// @throws dev.cft.service.errors.ApiException what is wrong with the request
  public Planned plan(Eval eval, JsonNode body, Map<String, String> tags) {
    var asked = requests.read(eval, body);
    var metadata = new LinkedHashMap<>(asked.metadata());
    metadata.putAll(tags);
    var planned = NewRuns.plan(eval, asked.spec(), asked.source(), metadata);
    return new Planned(planned.job().needing(asked.needs()), planned.run());
  }
}
