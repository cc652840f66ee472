package dev.cft.trainer.testing;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import dev.cft.trainer.testing.TestService.Shared;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Stands for the evaluation service: takes evaluations of checkpoints from the store, and answers
/// an accuracy by the checkpoint's step. Not a component, so that the trainer does not find it.
@EnableAutoConfiguration
public class EvaluatingService {
  private static final Map<Long, Double> ACCURACIES = Map.of(2L, 0.5, 6L, 0.9, 8L, 0.7);
  private static final double OTHERS = 0.1;

  /// Starts it beside a trainer.
  public static ConfigurableApplicationContext start(Shared shared) {
    return new SpringApplicationBuilder(EvaluatingService.class)
        .web(WebApplicationType.NONE)
        .run(
            "--spring.config.name=none",
            "--spring.datasource.url=" + shared.database().getJdbcUrl(),
            "--spring.datasource.username=" + shared.database().getUsername(),
            "--spring.datasource.password=" + shared.database().getPassword(),
            "--cft.artifacts.dir=" + shared.root().resolve("artifacts"),
            "--logging.level.root=warn",
            "--cft.jobs.poll=100ms");
  }

  /// Registers an eval with one item.
  public static String eval(TestService service) {
    var jdbc = service.bean(JdbcClient.class);
    jdbc.sql("insert into eval_item_sets values ('set', 1, now()) on conflict do nothing").update();
    jdbc.sql(
            """
            insert into evals (id, name, data_source_config, testing_criteria, input_messages,
              item_set, metadata, created_at, updated_at)
            values ('eval_sums', 'sums', '{}', '[]', '[]', 'set', '{}', now(), now())
            on conflict do nothing
            """)
        .update();
    return "eval_sums";
  }

  @Bean
  JobHandler handler() {
    return new JobHandler() {
      @Override
      public JobKind kind() {
        return JobKind.EVALUATION;
      }

      @Override
      public Outcome run(JobRun run) {
        String model = run.job().spec().path("model").asString();
        long step = Long.parseLong(model.substring(model.lastIndexOf('-') + 1));
        double accuracy = ACCURACIES.getOrDefault(step, OTHERS);
        return new Outcome.Succeeded(
            StoreJson.mapper().createObjectNode().put("accuracy", accuracy));
      }
    };
  }
}
