package dev.cft.eval.comparisons;

import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.eval.runs.Run;
import dev.cft.eval.runs.Runs;
import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.specs.EvaluationSpec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/evals/comparisons`.
@RestController
@RequestMapping("/v1/evals/comparisons")
@Tag(name = "Evals")
class ComparisonController {
  private final Runs runs;
  private final Jobs jobs;

  ComparisonController(Runs runs, Jobs jobs) {
    this.runs = runs;
    this.jobs = jobs;
  }

  /// A finished run with what it was asked to do.
  private record Finished(Run run, EvaluationSpec spec) {}

  @PostMapping
  @Operation(summary = "Compare two finished runs on the same items; with a policy, decide")
  Comparison compare(@RequestBody JsonNode body) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var baseline = request.text("baseline");
    var candidate = request.text("candidate");
    var policy = request.object("policy").map(Policy::read);
    var confidence = request.number("confidence", 0.5, 0.999);
    if (policy.isPresent() && confidence != null) {
      request.fault("confidence", "goes with no policy, which has its own");
    }
    request.refuseOthers();
    faults.refuseIfAny("invalid_comparison");
    var first = finished(baseline, "baseline");
    var second = finished(candidate, "candidate");
    if (!first.run().itemSet().equals(second.run().itemSet())) {
      throw ApiException.badRequest(
          "not_comparable",
          "The runs are on different items (evals %s and %s); compare runs of one eval."
              .formatted(first.run().evalId(), second.run().evalId()),
          "candidate");
    }
    var comparing = new Comparing(party(first), party(second));
    if (comparing.pairs() == 0) {
      throw ApiException.badRequest(
          "not_comparable", "The runs have no generated item in common.", "candidate");
    }
    return comparing.compare(
        policy.map(Policy::confidence).orElse(confidence == null ? 0.95 : confidence),
        policy.orElse(null),
        warnings(first, second));
  }

  private Finished finished(String id, String param) {
    var run =
        runs.find(id)
            .orElseThrow(() ->
                ApiException.badRequest(
                    "run_not_found", "%s: there is no run '%s'".formatted(param, id), param));
    var job = jobs.find(new JobId(id)).orElseThrow();
    if (job.status() != JobStatus.SUCCEEDED) {
      throw ApiException.badRequest(
          "run_not_finished",
          "%s: run '%s' is %s; only completed runs are compared"
              .formatted(param, id, job.status().wireName()),
          param);
    }
    return new Finished(run, StoreJson.read(job.spec(), EvaluationSpec.class));
  }

  private Comparing.Party party(Finished of) {
    return new Comparing.Party(
        of.run().id(), of.run().evalId(), of.spec().model(), runs.scored(of.run().id()));
  }

  private static List<String> warnings(Finished first, Finished second) {
    var warnings = new ArrayList<String>();
    differ("eval", first.run().evalId(), second.run().evalId(), warnings);
    differ("prompt", first.run().prompt(), second.run().prompt(), warnings);
    differ("temperature", first.spec().temperature(), second.spec().temperature(), warnings);
    differ("top_p", first.run().topP(), second.run().topP(), warnings);
    differ("max_tokens", first.spec().maxTokens(), second.spec().maxTokens(), warnings);
    differ("stop", first.spec().stop(), second.spec().stop(), warnings);
    differ("n", first.spec().how().samples(), second.spec().how().samples(), warnings);
    differ("mode", first.spec().how().mode(), second.spec().how().mode(), warnings);
    differ(
        "prompt variant",
        String.valueOf(first.spec().how().prompt()),
        String.valueOf(second.spec().how().prompt()),
        warnings);
    return warnings;
  }

  private static void differ(String what, Object first, Object second, List<String> warnings) {
    if (!Objects.equals(first, second)) {
      warnings.add("%s differs: baseline %s, candidate %s".formatted(what, first, second));
    }
  }
}
