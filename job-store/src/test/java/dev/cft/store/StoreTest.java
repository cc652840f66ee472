package dev.cft.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;

/// A test of the store alone; the mapping of every entity is checked against the migrated schema.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    classes = StoreApplication.class,
    properties = {
      "spring.jpa.hibernate.ddl-auto=validate",
      "spring.main.banner-mode=off",
      "cft.jobs.max-attempts=3",
      "cft.artifacts.dir=target/artifacts",
      "logging.level.root=warn"
    })
public @interface StoreTest {}
