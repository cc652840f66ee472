package dev.cft.service.requests;

import dev.cft.service.ServiceProperties;
import dev.cft.service.errors.ErrorResponses;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/// Request ids, the access log and the body limit.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class RequestsAutoConfiguration {
  @Bean
  FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
    var registration = new FilterRegistrationBean<>(new RequestIdFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  FilterRegistrationBean<AccessLogFilter> accessLogFilter() {
    var registration = new FilterRegistrationBean<>(new AccessLogFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
    return registration;
  }

  @Bean
  FilterRegistrationBean<PlainTextFilter> plainTextFilter(ErrorResponses errors) {
    var registration = new FilterRegistrationBean<>(new PlainTextFilter(errors));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 3);
    return registration;
  }

  /// After the key check.
  @Bean
  FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(
      ServiceProperties properties, ErrorResponses errors) {
    var registration =
        new FilterRegistrationBean<>(new BodyLimitFilter(properties.maxBody(), errors));
    registration.setOrder(-280);
    return registration;
  }
}
