package dev.cft.gateway.console;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The addresses of the pages.
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {
  @Bean
  FilterRegistrationBean<BrowserRulesFilter> browserRulesFilter() {
    var registration = new FilterRegistrationBean<>(new BrowserRulesFilter());
    // Before the key check, so that refusals carry the rules, too.
    registration.setOrder(-310);
    return registration;
  }

  @Bean
  WebMvcConfigurer pages() {
    return new WebMvcConfigurer() {
      @Override
      public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/docs").setViewName("forward:/docs/index.html");
      }
    };
  }
}
