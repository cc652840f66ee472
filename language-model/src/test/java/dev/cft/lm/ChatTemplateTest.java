package dev.cft.lm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.lm.jinja.Template;
import dev.cft.lm.jinja.TemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatTemplateTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  /// What benchmarks/parity/render_templates.py wrote.
  static Stream<JsonNode> cases() {
    return new JsonMapper().readTree(resource("rendered.json")).path("cases").valueStream();
  }

  private static String resource(String name) {
    try (var in = ChatTemplateTest.class.getResourceAsStream("/templates/" + name)) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      var map = new LinkedHashMap<String, Object>();
      node.propertyStream().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
      return map;
    }
    if (node.isArray()) {
      return new ArrayList<>(node.valueStream().map(ChatTemplateTest::value).toList());
    }
    return node.isBoolean() ? (Object) node.booleanValue() : node.stringValue();
  }

  private static Map<String, Object> values(JsonNode node) {
    var values = new LinkedHashMap<String, Object>();
    node.propertyStream().forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void templates_render_as_in_transformers(JsonNode example) {
    var template = Template.parse(resource(example.path("template").stringValue()), CLOCK);
    var values = values(example.path("values"));

    if (example.has("error")) {
      assertThatThrownBy(() -> template.render(values))
          .isInstanceOf(TemplateException.class)
          .hasMessage(example.path("error").stringValue());
    } else {
      assertThat(template.render(values)).isEqualTo(example.path("text").stringValue());
    }
  }

  @Test
  void the_template_of_the_checkpoint_is_used_with_its_special_tokens(@TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token":{"content":"<bos>"},"chat_template":"{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"}
        """);

    var template = ChatTemplate.load(folder);

    assertThat(template.render(List.of(new ChatMessage("user", "2 + 2")), true))
        .isEqualTo("<bos><user>2 + 2<assistant>");
  }

  @Test
  void a_template_file_wins_over_the_config_and_a_base_model_gets_chatml(@TempDir Path folder)
      throws IOException {
    var message = List.of(new ChatMessage("user", "hi"));
    assertThat(ChatTemplate.load(folder).render(message, true))
        .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content | upper }}\n");

    assertThat(ChatTemplate.load(folder).render(message, true)).isEqualTo("HI");
  }

  @Test
  void named_templates_are_those_of_llama_factory() {
    var messages = List.of(new ChatMessage("user", "q"), new ChatMessage("assistant", "a"));

    assertThat(ChatTemplate.named("qwen").render(messages, false))
        .isEqualTo(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n");
    assertThat(ChatTemplate.named("llama3").render(messages.subList(0, 1), true))
        .isEqualTo(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
  }

  @Test
  void what_a_template_cannot_say_is_an_error_with_the_place() {
    assertThatThrownBy(() -> Template.parse("{{ 1 +", CLOCK)).hasMessageContaining("never closed");
    assertThatThrownBy(() -> Template.parse("{% if x %}a", CLOCK))
        .hasMessageContaining("The template ends before");
    assertThatThrownBy(() -> Template.parse("{% include 'x' %}", CLOCK))
        .hasMessage("There is no tag 'include' here");
    assertThatThrownBy(() -> Template.parse("{{ x | wordwrap }}", CLOCK).render(Map.of("x", "a")))
        .hasMessage("There is no filter 'wordwrap' here");
    assertThat(Template.parse("{{ strftime_now('%d %b %Y') }}", CLOCK).render(Map.of()))
        .isIn("23 Nov 2026", "24 Nov 2026");
  }
}
