package dev.cft.eval.benchmarks;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BenchmarkSettings.class)
class BenchmarkConfiguration {}
