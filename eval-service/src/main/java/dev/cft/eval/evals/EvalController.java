package dev.cft.eval.evals;

import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/evals`.
@RestController
@RequestMapping("/v1/evals")
@Tag(name = "Evals")
class EvalController {
  private final Evals evals;
  private final EvalRequests requests;
  private final ItemSets sets;
  private final EvalLookup lookup;

  EvalController(Evals evals, EvalRequests requests, ItemSets sets, EvalLookup lookup) {
    this.evals = evals;
    this.requests = requests;
    this.sets = sets;
    this.lookup = lookup;
  }

  /// What a deletion answers.
  record Deleted(String object, boolean deleted, String evalId) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary =
          "Create an eval: in OpenAI's shape, from a file or dataset of question and answer rows, or from a benchmark")
  EvalJson create(@RequestBody JsonNode body, Caller caller) {
    if (body.path("benchmark").isString()) {
      return json(requests.ofBenchmark(body, lookup, caller.id()));
    }
    var eval = requests.create(body, caller.id());
    evals.create(eval);
    return json(eval);
  }

  @GetMapping
  @Operation(summary = "List evals")
  ListResponse<EvalJson> list(
      @PageRequest.Limits(most = 100, newestFirst = false) PageRequest page) {
    return ListResponse.of(
        evals.list(page.after(), page.limit(), page.newestFirst()), this::json, EvalJson::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "An eval")
  EvalJson get(@PathVariable String id) {
    return json(found(id));
  }

  @PostMapping("/{id}")
  @Operation(summary = "Change an eval's name or metadata")
  EvalJson update(@PathVariable String id, @RequestBody JsonNode body) {
    var eval = evals.find(id).orElseThrow(() -> ApiException.notFound("eval", id));
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var name = request.optionalText("name").orElse(eval.name());
    var metadata = request.raw("metadata") == null ? eval.metadata() : request.metadata("metadata");
    request.refuseOthers();
    faults.refuseIfAny("invalid_eval");
    evals.update(id, name, metadata);
    return json(found(id));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete an eval; its runs stay readable by their ids in reports")
  Deleted delete(@PathVariable String id) {
    if (!evals.delete(id)) {
      throw ApiException.notFound("eval", id);
    }
    return new Deleted("eval.deleted", true, id);
  }

  private Eval found(String id) {
    return lookup.find(id).orElseThrow(() -> ApiException.notFound("eval", id));
  }

  private EvalJson json(Eval eval) {
    return EvalJson.of(
        eval, eval.itemSet() == null ? null : sets.count(eval.itemSet()).orElse(null));
  }
}
