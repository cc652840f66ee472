package dev.cft.service.keys;

import dev.cft.service.ServiceProperties;
import dev.cft.service.errors.ErrorResponses;
import dev.cft.store.keys.ApiKeys;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Asks every request for a key.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class KeysAutoConfiguration {
  /// After request id and log line, before everything that costs something.
  private static final int ORDER = -300;

  @Bean
  FilterRegistrationBean<KeyFilter> keyFilter(
      ApiKeys keys, ServiceProperties properties, ErrorResponses errors) {
    var registration =
        new FilterRegistrationBean<>(
            new KeyFilter(keys, new OpenPaths(properties.openPaths()), errors));
    registration.setOrder(ORDER);
    return registration;
  }

  @Bean
  OperatorKey operatorKey(ApiKeys keys, @Value("${cft.operator-key:}") String secret) {
    return new OperatorKey(keys, secret);
  }

  @Bean
  WebMvcConfigurer callerArguments() {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
      }
    };
  }
}
