package dev.cft.gateway.docs;

import dev.cft.gateway.GatewayProperties;
import dev.cft.gateway.routing.Service;
import dev.cft.service.errors.ApiException;
import dev.cft.service.requests.RequestId;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the services' own descriptions.
@Component
class ServiceDocs {
  /// Our choice: a service makes its description on the first question, which takes seconds on a
  /// small machine.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RestClient http;
  private final GatewayProperties properties;
  private final JsonMapper json;

  ServiceDocs(GatewayProperties properties, JsonMapper json) {
    var requests = new JdkClientHttpRequestFactory();
    requests.setReadTimeout(PATIENCE);
    this.http = RestClient.builder().requestFactory(requests).build();
    this.properties = properties;
    this.json = json;
  }

  /// @param authorization the caller's own: who may not ask the service does not get its
  ///   description
  /// @throws ApiException 503 where the service does not answer
  ObjectNode read(Service service, String authorization) {
    try {
      var text =
          http.get()
              .uri(service.address(properties.services()).resolve("/v3/api-docs"))
              .header(HttpHeaders.AUTHORIZATION, authorization)
              .header(RequestId.HEADER, RequestId.current().orElse("docs"))
              .retrieve()
              .body(byte[].class);
      return json.readValue(text, ObjectNode.class);
    } catch (RestClientException | tools.jackson.core.JacksonException e) {
      throw ApiException.unavailable(
              "service_unavailable",
              "The %s service did not give its description.".formatted(service.id()),
              Duration.ofSeconds(5))
          .causedBy(e);
    }
  }
}
