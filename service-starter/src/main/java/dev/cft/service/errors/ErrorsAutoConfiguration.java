package dev.cft.service.errors;

import dev.cft.service.ServiceProperties;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import tools.jackson.databind.json.JsonMapper;

/// One shape for every failure: in handlers, in filters and in the container.
@AutoConfiguration(before = ErrorMvcAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(ServiceProperties.class)
class ErrorsAutoConfiguration {
  @Bean
  ErrorResponses errorResponses(JsonMapper json) {
    return new ErrorResponses(json);
  }

  @Bean
  FallbackErrors fallbackErrors(ErrorResponses responses) {
    return new FallbackErrors(responses);
  }

  /// Nearer to the application than Spring Boot's own valve, which writes HTML.
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> containerErrors() {
    return server ->
        server.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ContainerErrors()));
  }

  @Bean
  WebMvcConfigurer errorResolving(ErrorResponses responses) {
    return new WebMvcConfigurer() {
      @Override
      public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        // A service's own @ExceptionHandler goes first, Spring's plain answers never.
        var own = resolvers.stream().takeWhile(ExceptionHandlerExceptionResolver.class::isInstance);
        resolvers.add((int) own.count(), new ErrorResolver(responses));
      }
    };
  }
}
