package dev.cft.service.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

/// Adds the one shape of failures to every operation.
final class Failures implements GlobalOpenApiCustomizer {
  private static final String NAME = "Error";

  @Override
  public void customise(OpenAPI api) {
    if (api.getComponents() == null) {
      api.setComponents(new Components());
    }
    api.getComponents().addSchemas(NAME, schema());
    if (api.getPaths() == null) {
      return;
    }
    api.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .forEach(operation -> operation.getResponses().addApiResponse("default", response()));
  }

  private static Schema<?> schema() {
    var error = new ObjectSchema();
    error.addProperty("message", new StringSchema());
    error.addProperty("type", new StringSchema());
    error.addProperty("param", new StringSchema().nullable(true));
    error.addProperty("code", new StringSchema().nullable(true));
    error.setRequired(List.of("message", "type", "param", "code"));
    var envelope = new ObjectSchema();
    envelope.addProperty("error", error);
    envelope.setRequired(List.of("error"));
    return envelope;
  }

  private static ApiResponse response() {
    return new ApiResponse()
        .description("Any failure; `error.code` is short and stable.")
        .content(
            new Content()
                .addMediaType(
                    "application/json",
                    new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + NAME))));
  }
}
