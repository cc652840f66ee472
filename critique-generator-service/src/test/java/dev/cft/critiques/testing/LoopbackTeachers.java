package dev.cft.critiques.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/// Configures teachers on the loopback and makes the [FakeTeacher] and the [FakeBatches] behind
/// them beans.
public final class LoopbackTeachers
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    var fake = new FakeTeacher();
    var properties = new LinkedHashMap<String, String>();
    properties.put("TEACHER_KEY", "sk-teacher-secret");
    properties.putAll(teacher(fake, "steady", Map.of("max-attempts", "3", "timeout", "2s")));
    properties.putAll(
        teacher(fake, "hasty", Map.of("max-attempts", "2", "timeout", "1s", "rest", "1s")));
    properties.putAll(
        teacher(
            fake,
            "priced",
            Map.of(
                "input-usd-per-million", "1000",
                "output-usd-per-million", "10000",
                "max-tokens", "20",
                "concurrency", "2")));
    properties.putAll(
        teacher(
            fake,
            "chaos",
            Map.of("max-attempts", "8", "timeout", "1s", "rest", "1s", "concurrency", "16")));
    for (var name : List.of("broke", "busy", "faulty", "single")) {
      properties.putAll(teacher(fake, name, Map.of("concurrency", "1", "timeout", "2s")));
    }
    var batches = new FakeBatches();
    properties.putAll(
        teacher(
            fake,
            "batch",
            Map.of(
                "input-usd-per-million", "1000",
                "max-tokens", "20",
                "batch-size", "3",
                "batch-poll", "200ms",
                "max-attempts", "2")));
    properties.put("cft.teachers.batch.base-url", batches.baseUrl().toString());
    TestPropertyValues.of(properties).applyTo(context);
    context.getBeanFactory().registerSingleton("fakeBatches", batches);
    context.getBeanFactory().registerSingleton("fakeTeacher", fake);
  }

  /// The properties of one teacher.
  public static Map<String, String> teacher(
      FakeTeacher fake, String name, Map<String, String> more) {
    var prefix = "cft.teachers." + name + ".";
    var properties = new LinkedHashMap<String, String>();
    properties.put(prefix + "type", "openai");
    properties.put(prefix + "base-url", fake.baseUrl(name).toString());
    properties.put(prefix + "model", "teacher-" + name);
    properties.put(prefix + "api-key-env", "TEACHER_KEY");
    more.forEach((key, value) -> properties.put(prefix + key, value));
    return properties;
  }
}
