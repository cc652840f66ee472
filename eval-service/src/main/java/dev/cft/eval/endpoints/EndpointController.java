package dev.cft.eval.endpoints;

import dev.cft.service.paging.ListResponse;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/endpoints`.
@RestController
@RequestMapping("/v1/endpoints")
@Tag(name = "Evals")
class EndpointController {
  private final Endpoints endpoints;

  EndpointController(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /// An endpoint as clients see it; never its key.
  ///
  /// @param id what runs name as their model
  record EndpointJson(
      String id, String object, String model, String baseUrl, int concurrency, int callsInFlight) {}

  @GetMapping
  @Operation(summary = "List the endpoints that runs may name as model or judge")
  ListResponse<EndpointJson> list() {
    List<EndpointJson> all =
        endpoints.all().values().stream()
            .sorted(java.util.Comparator.comparing(Endpoint::name))
            .map(e ->
                new EndpointJson(
                    Endpoints.PREFIX + e.name(),
                    "endpoint",
                    e.model(),
                    e.address(),
                    e.concurrency(),
                    e.callsInFlight()))
            .toList();
    return ListResponse.of(all, false, EndpointJson::id);
  }
}
