package dev.cft.trainer.finetuning;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.finetuning.jobs.JobListParams;
import com.openai.models.finetuning.jobs.checkpoints.CheckpointListParams;
import com.openai.models.finetuning.jobs.checkpoints.FineTuningJobCheckpoint;
import com.openai.models.finetuning.methods.SupervisedHyperparameters;
import com.openai.models.finetuning.methods.SupervisedMethod;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// OpenAI's own Java client, unmodified, against a running service.
class OpenAiClientTest {
  @TempDir static Path root;
  private static TestService service;
  private static OpenAIClient client;
  private static String file;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root));
    client =
        OpenAIOkHttpClient.builder()
            .apiKey(TestService.KEY)
            .baseUrl(service.address())
            .maxRetries(0)
            .build();
    file = service.upload(questions(12));
  }

  @AfterAll
  static void stop() {
    client.close();
    service.close();
  }

  @Test
  void a_supervised_job_is_created_followed_and_its_model_deleted() {
    FineTuningJob created = client.fineTuning().jobs().create(supervised().build());
    created.validate();
    assertThat(created.status()).isEqualTo(FineTuningJob.Status.VALIDATING_FILES);
    assertThat(created.seed()).isEqualTo(5);
    service.await(created.id(), "succeeded", "failed");

    FineTuningJob done = client.fineTuning().jobs().retrieve(created.id());
    done.validate();
    assertThat(done.status()).isEqualTo(FineTuningJob.Status.SUCCEEDED);
    assertThat(done.trainedTokens()).hasValueSatisfying(tokens -> assertThat(tokens).isPositive());
    assertThat(done.finishedAt()).isPresent();
    assertThatEventsAndCheckpointsPage(done);
    assertThatTheModelIsListedAndDeleted(done.fineTunedModel().orElseThrow());
  }

  private static void assertThatEventsAndCheckpointsPage(FineTuningJob job) {
    List<FineTuningJobEvent> events =
        client
            .fineTuning()
            .jobs()
            .listEvents(job.id(), JobListEventsParams.builder().limit(2).build())
            .autoPager()
            .stream()
            .toList();
    events.forEach(FineTuningJobEvent::validate);
    assertThat(events).extracting(FineTuningJobEvent::id).doesNotHaveDuplicates();
    assertThat(events)
        .extracting(event -> event.type().orElseThrow())
        .contains(FineTuningJobEvent.Type.METRICS, FineTuningJobEvent.Type.MESSAGE);

    List<FineTuningJobCheckpoint> checkpoints =
        client
            .fineTuning()
            .jobs()
            .checkpoints()
            .list(job.id(), CheckpointListParams.builder().limit(1).build())
            .autoPager()
            .stream()
            .toList();
    checkpoints.forEach(FineTuningJobCheckpoint::validate);
    assertThat(checkpoints)
        .extracting(FineTuningJobCheckpoint::stepNumber)
        .containsExactly(6L, 4L, 2L);
    assertThat(checkpoints.getFirst().metrics().trainLoss()).isPresent();
  }

  private static void assertThatTheModelIsListedAndDeleted(String id) {
    assertThat(client.models().list().autoPager().stream())
        .anyMatch(model -> model.validate().id().equals(id));
    assertThat(client.models().retrieve(id).ownedBy()).isEqualTo("cft");

    assertThat(client.models().delete(id).validate().deleted()).isTrue();

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.models().retrieve(id));
  }

  @Test
  void a_critique_job_is_asked_for_by_additional_properties() {
    var method =
        JobCreateParams.Method.builder()
            .type(JobCreateParams.Method.Type.of("critique"))
            .putAdditionalProperty(
                "critique",
                JsonValue.from(Map.of("hyperparameters", Map.of("learning_rate", 3e-4))))
            .build();

    FineTuningJob job =
        client
            .fineTuning()
            .jobs()
            .create(
                JobCreateParams.builder().model("tiny").trainingFile(file).method(method).build());

    assertThat(job.method().orElseThrow().type().asString()).isEqualTo("critique");
  }

  @Test
  void jobs_are_listed_and_steered() {
    FineTuningJob first = client.fineTuning().jobs().create(supervised().build());
    FineTuningJob second = client.fineTuning().jobs().create(supervised().build());

    assertThat(
            client
                .fineTuning()
                .jobs()
                .list(JobListParams.builder().limit(1).build())
                .autoPager()
                .stream()
                .map(FineTuningJob::id))
        .containsSubsequence(second.id(), first.id());

    client.fineTuning().jobs().pause(second.id());
    service.await(second.id(), "paused", "succeeded");
    if (service.job(second.id()).path("status").asString().equals("paused")) {
      client.fineTuning().jobs().resume(second.id());
    }
    FineTuningJob cancelled = client.fineTuning().jobs().cancel(first.id());
    assertThat(cancelled.status()).isEqualTo(FineTuningJob.Status.CANCELLED);
  }

  @Test
  void a_bad_request_is_told_with_its_field() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() ->
            client
                .fineTuning()
                .jobs()
                .create(JobCreateParams.builder().model("nobody").trainingFile(file).build()))
        .satisfies(refused -> {
          assertThat(refused.code()).contains("model_not_found");
          assertThat(refused.param()).contains("model");
        });
  }

  @Test
  @SuppressWarnings("deprecation") // _additionalProperties: ours stand nowhere else in its type
  void integrations_and_our_own_fields_pass_and_result_files_are_named() {
    var wandb = JobCreateParams.Integration.Wandb.builder().project("maths").addTag("cft").build();
    FineTuningJob created =
        client
            .fineTuning()
            .jobs()
            .create(
                supervised()
                    .validationFile(file)
                    .addIntegration(JobCreateParams.Integration.builder().wandb(wandb).build())
                    .putAdditionalBodyProperty("select", JsonValue.from("best"))
                    .putAdditionalBodyProperty("keep", JsonValue.from(Map.of("last", 1)))
                    .putAdditionalBodyProperty(
                        "early_stopping", JsonValue.from(Map.of("patience", 50)))
                    .build());
    service.await(created.id(), "succeeded", "failed");

    FineTuningJob done = client.fineTuning().jobs().retrieve(created.id()).validate();

    assertThat(done.status()).isEqualTo(FineTuningJob.Status.SUCCEEDED);
    assertThat(done.resultFiles()).hasSize(2).allMatch(id -> id.startsWith("file-"));
    assertThat(done.integrations().orElseThrow())
        .extracting(integration -> integration.wandb().project())
        .containsExactly("maths");
    assertThat(done._additionalProperties()).containsKeys("course", "result", "progress");
    FineTuningJobCheckpoint last =
        client.fineTuning().jobs().checkpoints().list(done.id()).autoPager().stream()
            .findFirst()
            .orElseThrow();
    assertThat(last.metrics().validLoss()).isPresent();
  }

  private static JobCreateParams.Builder supervised() {
    var hyperparameters =
        SupervisedHyperparameters.builder()
            .nEpochs(2)
            .batchSize(4)
            .learningRateMultiplierAuto()
            .putAdditionalProperty("checkpoint_steps", JsonValue.from(2))
            .build();
    return JobCreateParams.builder()
        .model("tiny")
        .trainingFile(file)
        .seed(5)
        .suffix("client")
        .metadata(
            JobCreateParams.Metadata.builder()
                .putAdditionalProperty("team", JsonValue.from("maths"))
                .build())
        .method(
            JobCreateParams.Method.builder()
                .type(JobCreateParams.Method.Type.SUPERVISED)
                .supervised(SupervisedMethod.builder().hyperparameters(hyperparameters).build())
                .build());
  }
}
