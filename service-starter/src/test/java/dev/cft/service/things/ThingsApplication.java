package dev.cft.service.things;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The service under test.
@SpringBootApplication(proxyBeanMethods = false)
class ThingsApplication {}
