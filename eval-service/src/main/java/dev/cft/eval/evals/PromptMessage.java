package dev.cft.eval.evals;

import java.util.List;

/// One message of a prompt, its text a template.
public record PromptMessage(String role, String content) {
  /// Roles that a prompt may have; `developer` is read as `system`.
  public static final List<String> ROLES = List.of("system", "developer", "user", "assistant");

  /// The prompt of an eval that names none: the question alone.
  public static final List<PromptMessage> QUESTION =
      List.of(new PromptMessage("user", "{{item.question}}"));

  /// The text as a template.
  public Template template() {
    return new Template(content);
  }
}
