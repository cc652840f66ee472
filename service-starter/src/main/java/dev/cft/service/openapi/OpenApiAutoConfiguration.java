package dev.cft.service.openapi;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.PageRequest;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Describes the service at `/v3/api-docs`: its operations, the key, the shape of its failures.
@AutoConfiguration(before = SpringDocConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class OpenApiAutoConfiguration {
  static final String KEY_SCHEME = "api_key";

  @Bean
  @ConditionalOnMissingBean
  OpenAPI openApi(@Value("${spring.application.name:CFT}") String name) {
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(Caller.class, PageRequest.class)
        .replaceWithClass(ObjectNode.class, Object.class)
        .replaceWithClass(JsonNode.class, Object.class);
    return new OpenAPI()
        .info(new Info().title(name).version("v1"))
        .components(
            new Components()
                .addSecuritySchemes(
                    KEY_SCHEME,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("An API key: `Authorization: Bearer sk-cft-…`")))
        .addSecurityItem(new SecurityRequirement().addList(KEY_SCHEME));
  }

  /// The description's field names are those of the JSON.
  @Bean
  @ConditionalOnMissingBean
  ModelResolver modelResolver() {
    return new ModelResolver(
        Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
  }

  @Bean
  GlobalOperationCustomizer commonParameters() {
    return new CommonParameters();
  }

  @Bean
  GlobalOpenApiCustomizer failures() {
    return new Failures();
  }
}
