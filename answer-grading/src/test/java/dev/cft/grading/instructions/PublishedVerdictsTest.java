package dev.cft.grading.instructions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Google's published verdicts on GPT-4's 541 responses: 834 instructions, strict and loose.
class PublishedVerdictsTest {
  private static final Path FOLDER = Path.of("../../shared/data/benchmarks/ifeval");
  private static final JsonMapper JSON = new JsonMapper();

  /// Key 1129 asks for the letter "!", for which the published checker counts a random letter.
  private static final String IRREPRODUCIBLE = "1129 keywords:letter_frequency";

  /// Ten names in capitals: the published detector took them for German.
  private static final String LANGUAGE = "3456 change_case:english_capital";

  @ParameterizedTest
  @EnumSource(Mode.class)
  void all_but_the_known_verdicts_are_reproduced(Mode mode) throws IOException {
    assumeThat(FOLDER).as("IFEval's verdicts are not on this machine").exists();
    var published = new HashMap<String, JsonNode>();
    var name = "gpt4/eval_results_%s.jsonl".formatted(mode.name().toLowerCase(Locale.ROOT));
    for (var line : Files.readAllLines(FOLDER.resolve(name))) {
      var row = JSON.readTree(line);
      published.put(row.get("prompt").asString(), row);
    }
    var differences = new ArrayList<String>();
    var count = 0;

    for (var line : Files.readAllLines(FOLDER.resolve("input_data.jsonl"))) {
      if (!line.isBlank()) {
        var item = JSON.readTree(line);
        count += item.get("kwargs").size();
        compare(
            item,
            Objects.requireNonNull(published.get(item.get("prompt").asString())),
            mode,
            differences);
      }
    }

    assertThat(count).isEqualTo(834);
    assertThat(differences).isSubsetOf(IRREPRODUCIBLE, LANGUAGE);
  }

  private static void compare(
      JsonNode item, JsonNode published, Mode mode, List<String> differences) {
    for (var i = 0; i < item.get("kwargs").size(); i++) {
      var id = item.get("instruction_id_list").get(i).asString();
      Map<String, Object> kwargs =
          JSON.convertValue(item.get("kwargs").get(i), new TypeReference<Map<String, Object>>() {});
      var followed = Instructions.followed(id, kwargs, published.get("response").asString(), mode);
      if (followed != published.get("follow_instruction_list").get(i).asBoolean()) {
        differences.add(item.get("key") + " " + id);
      }
    }
  }
}
