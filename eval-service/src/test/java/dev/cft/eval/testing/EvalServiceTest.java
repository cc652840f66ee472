package dev.cft.eval.testing;

import dev.cft.eval.EvalApplication;
import dev.cft.store.testing.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

/// The whole service on a port of its own, with a fresh database and empty artifacts.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    classes = EvalApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=eval-service",
      "cft.artifacts.dir=target/test-artifacts/${random.uuid}",
      "cft.jobs.poll=100ms",
      "cft.eval.runs.write-every=4",
      "cft.eval.chat.concurrency=2",
      "cft.eval.chat.patience=300ms"
    })
@Import({TestDatabase.class, World.class})
public @interface EvalServiceTest {}
