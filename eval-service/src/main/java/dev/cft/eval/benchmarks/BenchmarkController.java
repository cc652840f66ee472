package dev.cft.eval.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.evals.PromptVariant;
import dev.cft.eval.requests.Faults;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

/// `/v1/benchmarks`.
@RestController
@RequestMapping("/v1/benchmarks")
@Tag(name = "Evals")
class BenchmarkController {
  private final Definitions definitions;
  private final ApiDefinitions added;
  private final Rows rows;

  BenchmarkController(Definitions definitions, ApiDefinitions added, Rows rows) {
    this.definitions = definitions;
    this.added = added;
    this.rows = rows;
  }

  /// A benchmark as clients see it.
  ///
  /// @param id its name, which stands for its eval wherever an eval is named
  /// @param data `local`, `fetched`, `uploaded`, `to_fetch` or `missing`
  /// @param faults what is wrong with its definition; empty where nothing is
  /// @param definition as it was written
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record BenchmarkJson(
      String id,
      String object,
      String title,
      String origin,
      @Nullable Integer rows,
      @Nullable String data,
      @Nullable List<String> prompts,
      @Nullable String metric,
      List<String> faults,
      @Nullable JsonNode definition) {}

  /// What a deletion answers.
  record Deleted(String id, String object, boolean deleted) {}

  @GetMapping
  @Operation(summary = "List the benchmarks, whether or not their data is here")
  ListResponse<BenchmarkJson> list() {
    var all = definitions.all().values().stream().map(found -> json(found, false)).toList();
    return ListResponse.of(all, false, BenchmarkJson::id);
  }

  @GetMapping("/{name}")
  @Operation(summary = "A benchmark with its definition, to copy and change")
  BenchmarkJson get(@PathVariable String name) {
    return definitions
        .find(name)
        .map(found -> json(found, true))
        .orElseThrow(() -> ApiException.notFound("benchmark", name));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "Add a benchmark of your own, or replace one that the API added")
  BenchmarkJson create(@RequestBody JsonNode body, Caller caller) {
    var faults = new Faults();
    var definition = definitions.read(body, faults);
    faults.refuseIfAny("invalid_benchmark");
    added.put(definition.name(), body, caller.id());
    return get(definition.name());
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Forget a benchmark that the API added; its evals and runs stay")
  Deleted delete(@PathVariable String name) {
    if (!added.delete(name)) {
      throw ApiException.notFound("benchmark of the API", name);
    }
    return new Deleted(name, "benchmark.deleted", true);
  }

  private BenchmarkJson json(Definitions.Found found, boolean whole) {
    var definition = found.definition();
    if (definition == null) {
      return new BenchmarkJson(
          found.name(),
          "benchmark",
          found.name(),
          found.origin(),
          null,
          null,
          null,
          null,
          found.faults(),
          null);
    }
    return new BenchmarkJson(
        definition.name(),
        "benchmark",
        definition.title(),
        found.origin(),
        definition.rows(),
        rows.state(definition),
        definition.prompts().stream().map(PromptVariant::name).toList(),
        definition.metric(),
        List.of(),
        whole ? definition.json() : null);
  }
}
