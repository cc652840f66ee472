package dev.cft.eval.evals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One way to ask an eval's items.
///
/// @param name `chat`, `qwen25-math-cot`, …
/// @param families the model types (`model_type` of `config.json`) that it is made for; empty for
///   all
/// @param messages for models with a chat template; empty where `text` is given
/// @param text a raw prompt with its special tokens, a template; null where `messages` are given
public record PromptVariant(
    String name, List<String> families, List<PromptMessage> messages, @Nullable String text) {
  public PromptVariant {
    families = List.copyOf(families);
    messages = List.copyOf(messages);
    if (messages.isEmpty() == (text == null)) {
      throw new IllegalArgumentException("a prompt has messages or a text");
    }
  }

  /// A variant for any model.
  public static PromptVariant chat(List<PromptMessage> messages) {
    return new PromptVariant("chat", List.of(), messages, null);
  }

  /// Whether it is made for that model type.
  public boolean fits(String family) {
    return families.isEmpty() || families.contains(family);
  }

  List<Template> templates() {
    var templates = new ArrayList<Template>();
    messages.forEach(message -> templates.add(message.template()));
    if (text != null) {
      templates.add(new Template(text));
    }
    return templates;
  }

  Set<String> itemFields() {
    var fields = new TreeSet<String>();
    templates().forEach(template -> fields.addAll(template.itemFields()));
    return fields;
  }
}
