package dev.cft.gateway.limits;

import dev.cft.gateway.GatewayProperties;
import dev.cft.service.errors.ErrorResponses;
import java.time.InstantSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the limit behind the key check.
@Configuration(proxyBeanMethods = false)
class LimitsConfiguration {
  @Bean
  FilterRegistrationBean<RateLimitFilter> rateLimitFilter(
      GatewayProperties properties, InstantSource clock, ErrorResponses errors) {
    var registration =
        new FilterRegistrationBean<>(
            new RateLimitFilter(properties.requestsPerMinute(), clock, errors));
    registration.setOrder(-290);
    registration.setEnabled(properties.requestsPerMinute() > 0);
    return registration;
  }
}
