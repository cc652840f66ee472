package dev.cft.trainer.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreJson;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HyperparameterReaderTest {
  private final Faults faults = new Faults();
  private final HyperparameterReader reader = new HyperparameterReader(faults);

  @Test
  void auto_is_the_default_and_whole_numbers_may_be_written_with_a_point() {
    Hyperparameters read =
        reader.read(
            json(
                """
                {"n_epochs": 2, "batch_size": 8.0, "learning_rate_multiplier": "auto", "learning_rate": 3e-4}\
                """),
            "hyperparameters");

    assertThat(faults.all()).isEmpty();
    assertThat(read.nEpochs()).isEqualTo(2.0);
    assertThat(read.batchSize()).isEqualTo(8);
    assertThat(read.learningRateMultiplier()).isNull();
    assertThat(read.learningRate()).isEqualTo(3e-4);
  }

  @Test
  void every_fault_is_told_with_its_field() {
    reader.read(
        json(
            """
            {"n_epochs": 0, "batch_size": "many", "warmup_ratio": 1, "colour": "red"}\
            """),
        "method.critique.hyperparameters");

    assertThat(faults.all())
        .extracting(Faults.Fault::param)
        .containsExactly(
            "method.critique.hyperparameters.n_epochs",
            "method.critique.hyperparameters.batch_size",
            "method.critique.hyperparameters.warmup_ratio",
            "method.critique.hyperparameters.colour");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch_size        | 1.5     | was 1.5; allowed: "auto" or a whole number from 1 to 65536
          n_epochs          | -1      | was -1; allowed: "auto" or a number above 0 and up to 1000
          adam_beta2        | 1       | was 1; allowed: "auto" or a number above 0 and below 1
          lr_scheduler_type | "exp"   | was "exp"; allowed: "auto" or one of cosine, linear, constant, constant_with_warmup
          max_steps         | true    | was true; allowed: "auto" or a whole number from 1 to 10000000
          cutoff_len        | 1e99    | was 1.0E99; allowed: "auto" or a whole number from 8 to 1048576
          """)
  void a_value_out_of_range_is_refused_with_what_is_allowed(
      String field, String value, String message) {
    reader.read(json("{\"%s\": %s}".formatted(field, value)), "hyperparameters");

    assertThat(faults.all()).extracting(Faults.Fault::message).containsExactly(message);
  }

  @Test
  void the_micro_batch_must_divide_the_batch() {
    reader.read(json("{\"batch_size\": 10, \"micro_batch_size\": 4}"), "h");

    assertThat(faults.all())
        .extracting(Faults.Fault::message)
        .containsExactly("was 4; allowed: a divisor of batch_size, which is 10");
  }

  @Test
  void something_else_than_an_object_is_refused() {
    reader.read(json("[1]"), "hyperparameters");

    assertThat(faults.all())
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).contains("an object with any of n_epochs"));
  }

  private static JsonNode json(String text) {
    return StoreJson.mapper().readTree(text);
  }
}
