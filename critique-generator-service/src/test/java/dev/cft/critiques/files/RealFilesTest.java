package dev.cft.critiques.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.critiques.rows.RowLimits;
import dev.cft.critiques.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Published data sets are taken as they are.
class RealFilesTest {
  @ParameterizedTest
  @CsvSource({
    "critiques/one-shot-cft/DSR-CFT-p0.jsonl, FINE_TUNE",
    "critiques/one-shot-cft/DSR-CFT-p3.jsonl, FINE_TUNE",
    "critiques/one-shot-cft/BBEH-CFT-Causal_Understanding-p0.jsonl, FINE_TUNE",
    "benchmarks/gsm8k/train.jsonl, FINE_TUNE",
    "benchmarks/gsm8k/test.jsonl, EVALS",
    "critiques/processbench/gsm8k.json, USER_DATA",
    "noisy-responses/theoremqa/Mistral_7B_v0.1_5shots_mistral.jsonl, USER_DATA",
  })
  void every_row_passes(String name, Purpose purpose) throws IOException {
    var file = SharedData.path(name);
    assumeThat(file).as("real data, %s", file).isRegularFile();

    try (var content = Files.newInputStream(file)) {
      new UploadCheck(RowLimits.USUAL).check(name, content, purpose);
    }

    assertThat(file).isNotEmptyFile();
  }
}
