package dev.cft.gateway.routing;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;
import static org.springframework.web.servlet.function.RequestPredicates.path;

import dev.cft.gateway.GatewayProperties;
import java.util.Arrays;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/// A route for every service.
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {
  @Bean
  RouterFunction<ServerResponse> services(GatewayProperties properties) {
    return Arrays.stream(Service.values())
        .map(service ->
            route(service.id())
                .route(paths(service), http())
                .before(uri(service.address(properties.services())))
                .build())
        .reduce(RouterFunction::and)
        .orElseThrow();
  }

  private static RequestPredicate paths(Service service) {
    return service.paths().stream()
        .map(pattern -> path(pattern))
        .reduce(RequestPredicate::or)
        .orElseThrow();
  }

  @Bean
  ServiceExchange serviceExchange(ServiceClient client) {
    return new ServiceExchange(client);
  }

  @Bean(destroyMethod = "close")
  ServiceClient serviceClient(GatewayProperties properties) {
    return ServiceClient.of(properties);
  }

  @Bean
  HttpHeadersFilter.RequestHttpHeadersFilter forwardedHeaders() {
    return new ForwardedHeaders();
  }
}
