package dev.cft.service.history;

import dev.cft.store.jobs.Jobs;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/// Lets controllers stream the events of jobs.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class HistoryAutoConfiguration {
  @Bean
  Closing closing() {
    return new Closing();
  }

  @Bean
  EventStream eventStream(Jobs jobs, Closing closing, JsonMapper json) {
    return new EventStream(jobs, closing, json);
  }
}
