package dev.cft.critiques.testing;

import dev.cft.critiques.CritiqueGeneratorApplication;
import dev.cft.store.testing.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

/// A test of the whole service on a port, with a fresh Postgres database and loopback teachers. All
/// such tests share one context.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    classes = CritiqueGeneratorApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=critique-generator-service",
      "cft.operator-key=" + Api.KEY,
      "cft.artifacts.dir=target/test-artifacts",
      "cft.jobs.slots.critiques=4",
      "cft.jobs.poll=200ms",
      "cft.datasets.benchmark-dir=src/test/resources/benchmark-texts",
      "cft.responses.idle-timeout=2s",
      "cft.responses.rows-at-once=16",
    })
@Import(TestDatabase.class)
@ContextConfiguration(initializers = LoopbackTeachers.class)
public @interface CritiqueServiceTest {}
