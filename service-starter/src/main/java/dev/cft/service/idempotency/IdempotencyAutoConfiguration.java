package dev.cft.service.idempotency;

import dev.cft.service.ServiceProperties;
import dev.cft.service.errors.ErrorResponses;
import dev.cft.store.keys.IdempotencyKeys;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/// Honours `Idempotency-Key` on every POST that this service answers.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class IdempotencyAutoConfiguration {
  /// After the key check and the body limit.
  private static final int ORDER = -270;

  @Bean
  FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(
      IdempotencyKeys keys, ErrorResponses errors, ServiceProperties properties) {
    var registration =
        new FilterRegistrationBean<>(new IdempotencyFilter(keys, errors, properties));
    registration.setOrder(ORDER);
    return registration;
  }
}
