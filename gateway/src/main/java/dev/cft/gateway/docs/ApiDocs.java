package dev.cft.gateway.docs;

import dev.cft.gateway.routing.Service;
import dev.cft.service.errors.ApiException;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The services' descriptions, one by one and all in one; every address in them is the gateway's.
@Hidden
@RestController
class ApiDocs {
  private static final String OWN = "gateway";

  private final OpenApiWebMvcResource own;
  private final ServiceDocs services;
  private final JsonMapper json;

  ApiDocs(OpenApiWebMvcResource own, ServiceDocs services, JsonMapper json) {
    this.own = own;
    this.services = services;
    this.json = json;
  }

  @GetMapping(path = "/v3/api-docs/services/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ObjectNode one(@PathVariable String id, HttpServletRequest request) throws Exception {
    if (id.equals(OWN)) {
      return MergedApi.throughGateway(own(request));
    }
    var service = Service.of(id).orElseThrow(() -> ApiException.notFound("service", id));
    return MergedApi.throughGateway(
        services.read(service, request.getHeader(HttpHeaders.AUTHORIZATION)));
  }

  /// Of the services that answer; the others are named in its description.
  @GetMapping(path = "/v3/api-docs/all", produces = MediaType.APPLICATION_JSON_VALUE)
  ObjectNode all(HttpServletRequest request) throws Exception {
    var found = new LinkedHashMap<String, ObjectNode>();
    var missing = new ArrayList<String>();
    found.put(OWN, own(request));
    for (var service : Service.values()) {
      try {
        found.put(
            service.id(), services.read(service, request.getHeader(HttpHeaders.AUTHORIZATION)));
      } catch (ApiException e) {
        missing.add(service.id());
      }
    }
    return MergedApi.of(found, missing);
  }

  private ObjectNode own(HttpServletRequest request) throws Exception {
    return json.readValue(
        own.openapiJson(request, "/v3/api-docs", Locale.ENGLISH), ObjectNode.class);
  }
}
