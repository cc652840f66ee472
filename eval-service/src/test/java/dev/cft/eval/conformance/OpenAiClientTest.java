package dev.cft.eval.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.evals.EvalCreateParams;
import com.openai.models.evals.EvalCreateParams.DataSourceConfig.Custom.ItemSchema;
import com.openai.models.evals.EvalUpdateParams;
import com.openai.models.evals.runs.CreateEvalCompletionsRunDataSource;
import com.openai.models.evals.runs.CreateEvalCompletionsRunDataSource.InputMessages.Template;
import com.openai.models.evals.runs.CreateEvalCompletionsRunDataSource.SamplingParams;
import com.openai.models.evals.runs.RunCancelParams;
import com.openai.models.evals.runs.RunCreateParams;
import com.openai.models.evals.runs.RunDeleteParams;
import com.openai.models.evals.runs.RunRetrieveParams;
import com.openai.models.evals.runs.outputitems.OutputItemListParams;
import com.openai.models.evals.runs.outputitems.OutputItemRetrieveParams;
import com.openai.models.graders.gradermodels.StringCheckGrader;
import com.openai.models.responses.EasyInputMessage;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/// The unmodified openai-java client against our API; `validate()` is its own strict check of an
/// answer's fields.
@EvalServiceTest
class OpenAiClientTest {
  @Autowired World world;
  OpenAIClient client;

  @BeforeEach
  void connect() {
    world.model("tiny", 256);
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(world.address() + "/v1")
            .apiKey(world.key())
            .maxRetries(0)
            .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model("tiny")
        .addSystemMessage("Be brief.")
        .addUserMessage("Hello")
        .temperature(0.0)
        .maxCompletionTokens(16);
  }

  @Test
  void chat_completions_pass_the_clients_own_checks() {
    var answer = client.chat().completions().create(chat().n(2).build()).validate();

    assertThat(answer.choices()).hasSize(2);
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @Test
  void a_streamed_answer_has_the_text_of_a_whole_one() {
    var whole = client.chat().completions().create(chat().build());
    var params =
        chat()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();

    var text = new StringBuilder();
    var finishes = new ArrayList<String>();
    var totals = new ArrayList<Long>();
    try (var stream = client.chat().completions().createStreaming(params)) {
      stream.stream()
          .forEach(chunk -> {
            chunk.validate();
            chunk
                .choices()
                .forEach(choice -> {
                  choice.delta().content().ifPresent(text::append);
                  choice.finishReason().ifPresent(reason -> finishes.add(reason.asString()));
                });
            chunk.usage().ifPresent(usage -> totals.add(usage.totalTokens()));
          });
    }

    assertThat(text).hasToString(whole.choices().getFirst().message().content().orElseThrow());
    assertThat(finishes).containsExactly(whole.choices().getFirst().finishReason().asString());
    assertThat(totals).containsExactly(whole.usage().orElseThrow().totalTokens());
  }

  @Test
  void errors_become_the_clients_exceptions() {
    assertThatThrownBy(() -> client.chat().completions().create(chat().model("gpt-4o").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    assertThatThrownBy(
            () -> client.chat().completions().create(chat().maxCompletionTokens(5000).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> assertThat(e.code()).contains("context_length_exceeded"));
  }

  @Test
  void evals_runs_and_output_items_pass_the_clients_own_checks() throws InterruptedException {
    var eval = client.evals().create(evalParams()).validate();
    // Not validated as a whole: the client's own check wants an `error` that OpenAI sends as null.
    var created = client.evals().runs().create(eval.id(), runParams());
    world.ended(created.id());

    var run =
        client
            .evals()
            .runs()
            .retrieve(created.id(), RunRetrieveParams.builder().evalId(eval.id()).build());
    var items =
        client
            .evals()
            .runs()
            .outputItems()
            .list(created.id(), OutputItemListParams.builder().evalId(eval.id()).limit(2L).build());

    assertThat(run.status()).isEqualTo("completed");
    assertThat(run.resultCounts().validate().total()).isEqualTo(3);
    assertThat(run.resultCounts().passed()).isEqualTo(3);
    var seen = items.autoPager().stream().toList();
    assertThat(seen.stream().map(item -> item.datasourceItemId()).toList())
        .containsExactly(0L, 1L, 2L);
    assertThat(seen.getFirst().sample().output().getFirst().role()).contains("assistant");
    var one =
        client
            .evals()
            .runs()
            .outputItems()
            .retrieve(
                seen.getLast().id(),
                OutputItemRetrieveParams.builder().evalId(eval.id()).runId(created.id()).build());
    assertThat(one.id()).isEqualTo(seen.getLast().id());
    assertThat(client.evals().runs().list(eval.id()).autoPager().stream().map(r -> r.id()).toList())
        .containsExactly(created.id());
  }

  @Test
  void evals_are_updated_listed_and_deleted_and_runs_cancelled() {
    var eval = client.evals().create(evalParams());
    var run = client.evals().runs().create(eval.id(), runParams());

    assertThat(
            client
                .evals()
                .update(eval.id(), EvalUpdateParams.builder().name("renamed").build())
                .validate()
                .name())
        .isEqualTo("renamed");
    assertThat(
            client.evals().list().autoPager().stream().map(e -> e.id()).collect(Collectors.toSet()))
        .contains(eval.id());
    var cancelled = cancelled(eval.id(), run.id());
    assertThat(cancelled).isIn("canceled", "completed");
    client
        .evals()
        .runs()
        .delete(run.id(), RunDeleteParams.builder().evalId(eval.id()).build())
        .validate();
    assertThat(client.evals().delete(eval.id()).validate().deleted()).isTrue();
  }

  private String cancelled(String eval, String run) {
    try {
      return client
          .evals()
          .runs()
          .cancel(run, RunCancelParams.builder().evalId(eval).build())
          .status();
    } catch (BadRequestException finishedAlready) {
      return client
          .evals()
          .runs()
          .retrieve(run, RunRetrieveParams.builder().evalId(eval).build())
          .status();
    }
  }

  private static EvalCreateParams evalParams() {
    return EvalCreateParams.builder()
        .name("capitals")
        .customDataSourceConfig(
            ItemSchema.builder().putAdditionalProperty("type", JsonValue.from("object")).build())
        .addTestingCriterion(
            StringCheckGrader.builder()
                .name("differs")
                .input("{{sample.output_text}}")
                .reference("{{item.capital}}")
                .operation(StringCheckGrader.Operation.NE)
                .build())
        .build();
  }

  private RunCreateParams runParams() {
    var file =
        world.file(
            """
            {"item": {"country": "France", "capital": "Paris"}}
            {"item": {"country": "Japan", "capital": "Tokyo"}}
            {"item": {"country": "Chile", "capital": "Santiago"}}
            """);
    var source =
        CreateEvalCompletionsRunDataSource.builder()
            .type(CreateEvalCompletionsRunDataSource.Type.COMPLETIONS)
            .model("tiny")
            .fileIdSource(file)
            .inputMessages(
                Template.builder()
                    .addTemplate(
                        EasyInputMessage.builder()
                            .role(EasyInputMessage.Role.USER)
                            .content("Capital of {{item.country}}?")
                            .build())
                    .build())
            .samplingParams(
                SamplingParams.builder().temperature(0.0).maxCompletionTokens(6).build())
            .build();
    return RunCreateParams.builder()
        .name("first")
        .dataSource(source)
        .putAllAdditionalBodyProperties(Map.of())
        .build();
  }
}
