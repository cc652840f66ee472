package dev.cft.eval.testing;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Outcome;
import java.util.function.Function;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.node.ObjectNode;

/// Stands in for the services that make responses, critiques and models: over the real store, with
/// results in their form. An arm named `doomed` fails to train.
@TestConfiguration(proxyBeanMethods = false)
public class OtherServices {
  private record Stand(JobKind kind, Function<JobRun, Outcome> work) implements JobHandler {
    @Override
    public Outcome run(JobRun run) {
      return work.apply(run);
    }
  }

  private static Outcome succeeded(String json) {
    return new Outcome.Succeeded((ObjectNode) StoreJson.mapper().readTree(json));
  }

  @Bean
  JobHandler responses() {
    return new Stand(
        JobKind.RESPONSES,
        _ -> succeeded("{\"dataset\": \"ds-r\", \"rows\": 40, \"correct\": 18}"));
  }

  @Bean
  JobHandler critiques() {
    return new Stand(
        JobKind.CRITIQUES,
        _ ->
            succeeded(
                """
                {"dataset": "ds-c", "ok": 39, "rejected": 1, "failed": 0, "right": 17, "wrong": 22, "unparsed": 1,
                 "agreement": 0.975, "cost_usd": 0.0}\
                """));
  }

  @Bean
  JobHandler training(World world) {
    return new Stand(
        JobKind.FINE_TUNING,
        run -> {
          if ("doomed".equals(run.job().metadata().get("arm"))) {
            return new Outcome.Failed(
                new JobError("bad_rows", "row 3 is too long", "training_file"));
          }
          var id = world.model("ft:tiny:" + run.job().id(), 256);
          return succeeded(
              "{\"fine_tuned_model\": \"%s\", \"trained_tokens\": 131000, \"rows\": 40, \"train_loss\": 0.5, \"steps\": 9}"
                  .formatted(id));
        });
  }
}
