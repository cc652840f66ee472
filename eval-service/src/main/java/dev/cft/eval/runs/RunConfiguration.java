package dev.cft.eval.runs;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/// The runs' settings.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RunSettings.class)
class RunConfiguration {}
