package dev.cft.lm;

import dev.cft.lm.jinja.Template;
import dev.cft.lm.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How a conversation becomes one text: the checkpoint's own Jinja template. Thread-safe.
public final class ChatTemplate {
  /// What base models without a template get: the conversation format of Qwen, without a system
  /// prompt of its own.
  private static final String CHATML =
      """
      {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
      {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}\
      """;

  /// Qwen's format; the system prompt is what LLaMA-Factory had when the paper's models were
  /// trained.
  private static final String QWEN =
      """
      {% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}\
      """
          + CHATML;

  private static final String LLAMA3 =
      """
      {{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' \
      + message['content'] + '<|eot_id|>' }}{% endfor %}\
      {% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}\
      """;

  private static final Map<String, String> NAMED =
      Map.of("chatml", CHATML, "qwen", QWEN, "llama3", LLAMA3);

  private final Path origin;
  private final Template template;
  private final Map<String, Object> constants;

  private ChatTemplate(Path origin, String source, Map<String, Object> constants) {
    this.origin = origin;
    this.constants = Map.copyOf(constants);
    try {
      this.template = Template.parse(source, InstantSource.system());
    } catch (TemplateException e) {
      throw new CheckpointException(
          origin, "the chat template cannot be read: " + e.getMessage(), e);
    }
  }

  /// Reads `chat_template.jinja`, or else `chat_template` in `tokenizer_config.json`; without
  /// either it is ChatML.
  public static ChatTemplate load(Path checkpoint) {
    var config = checkpoint.resolve("tokenizer_config.json");
    JsonNode json = Files.exists(config) ? Json.object(config) : Json.MAPPER.createObjectNode();
    var constants = new HashMap<String, Object>();
    for (var name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
      specialToken(json.path(name)).ifPresent(token -> constants.put(name, token));
    }
    var file = checkpoint.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return new ChatTemplate(file, read(file), constants);
    }
    return new ChatTemplate(config, named(json.path("chat_template")).orElse(CHATML), constants);
  }

  /// A template by LLaMA-Factory's name for it.
  ///
  /// @throws IllegalArgumentException if the name is unknown
  public static ChatTemplate named(String name) {
    var source = NAMED.get(name);
    if (source == null) {
      throw new IllegalArgumentException(
          "unknown template '%s'; known: %s"
              .formatted(name, NAMED.keySet().stream().sorted().toList()));
    }
    return new ChatTemplate(
        Path.of("template " + name), source, Map.of("bos_token", "<|begin_of_text|>"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> specialToken(JsonNode node) {
    var content = node.isObject() ? node.path("content") : node;
    return content.isString() ? Optional.of(content.stringValue()) : Optional.empty();
  }

  /// A template is a string, or a list of named ones of which `default` counts.
  private static Optional<String> named(JsonNode node) {
    if (node.isString()) {
      return Optional.of(node.stringValue());
    }
    for (var choice : node) {
      if (choice.path("name").asString("").equals("default")) {
        return Optional.of(choice.path("template").asString(""));
      }
    }
    return Optional.empty();
  }

  /// The conversation as the text that the model was trained with.
  ///
  /// @param addGenerationPrompt whether the text ends where the assistant's answer begins
  /// @throws IllegalArgumentException if the template refuses the conversation, with its reason
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    var turns = new ArrayList<Object>();
    for (var message : messages) {
      var turn = new LinkedHashMap<String, Object>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    var values = new HashMap<>(constants);
    values.put("messages", turns);
    values.put("add_generation_prompt", addGenerationPrompt);
    try {
      return template.render(values);
    } catch (TemplateException e) {
      throw new IllegalArgumentException(
          "%s: the chat template says: %s".formatted(origin.getFileName(), e.getMessage()), e);
    }
  }
}
