package dev.cft.eval.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreJson;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TemplateTest {
  private static final JsonNode ITEM =
      StoreJson.mapper()
          .readTree("{\"question\": \"2 $1 {{x}}?\", \"n\": 3, \"deep\": {\"er\": true}}");

  @Test
  void variables_are_filled_in_once() {
    var template =
        new Template(
            "Q: {{item.question}} {{ item.n }} {{item.deep.er}} A: {{sample.output_text}}");

    assertThat(template.render(ITEM, "\\4")).isEqualTo("Q: 2 $1 {{x}}? 3 true A: \\4");
  }

  @Test
  void a_field_that_the_item_lacks_is_named() {
    assertThatThrownBy(() -> new Template("{{item.answer}}").render(ITEM, null))
        .hasMessage("the item has no field 'item.answer'");
  }

  @Test
  void unknown_variables_are_objected_to() {
    assertThat(new Template("{{sample.output_text}} {{foo}}").objections(false))
        .containsExactly(
            "'{{foo}}' is not known here; allowed: {{item.FIELD}}",
            "'{{sample.output_text}}' is not known here; allowed: {{item.FIELD}}");
    assertThat(new Template("{{sample.output_text}} {{item.a}}").objections(true)).isEmpty();
  }
}
