package dev.cft.eval.chat;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The chat's beans.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChatSettings.class)
class ChatConfiguration {
  @Bean
  ChatGate chatGate(ChatSettings settings) {
    return new ChatGate(settings);
  }
}
