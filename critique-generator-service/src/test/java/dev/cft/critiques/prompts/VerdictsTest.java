package dev.cft.critiques.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.critiques.testing.SharedData;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Conclusion: right [END] | RIGHT",
        "Conclusion: wrong [END] | WRONG",
        "Conclusion : wrong [END] | WRONG",
        "**Conclusion: right [END]** | RIGHT",
        "**Conclusion:** Incorrect. | WRONG",
        "CONCLUSION - the answer is correct | RIGHT",
        "Conclusion: wrong? No. Conclusion: right [END] | RIGHT",
        "Conclusion: not correct | WRONG",
        "Conclusion: right/wrong [END] | UNPARSED",
        "Conclusion: undecided [END] | UNPARSED",
        "The solution is right. | UNPARSED",
        "Conclusion: copyright notice | UNPARSED",
      })
  void the_last_conclusion_counts(String critique, Verdict verdict) {
    assertThat(Verdicts.of(critique)).isEqualTo(verdict);
  }

  @Test
  void no_text_says_nothing() {
    assertThat(Verdicts.of("")).isEqualTo(Verdict.UNPARSED);
  }

  @Test
  void published_conclusions_of_five_teachers_are_read_the_same() throws IOException {
    var folder = SharedData.path("critiques/one-shot-cft/teachers");
    assumeThat(folder).as("published critiques, %s", folder).isDirectory();

    var disagreements = new TreeMap<String, String>();
    var compared = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        for (var entry : StoreJson.mapper().readTree(Files.readString(file)).properties()) {
          var published = entry.getValue().path("critique_extracted_conclusion");
          var verdict = Verdicts.of(entry.getValue().path("critique").asString());
          compared++;
          if (verdict != (published.asBoolean() ? Verdict.RIGHT : Verdict.WRONG)) {
            disagreements.put(file.getFileName() + "#" + entry.getKey(), verdict.name());
          }
        }
      }
    }

    System.out.printf("verdicts compared %d, read otherwise %s%n", compared, disagreements);
    assertThat(compared).isEqualTo(555);
    assertThat(disagreements.values()).allMatch(verdict -> verdict.equals("UNPARSED"));
  }
}
