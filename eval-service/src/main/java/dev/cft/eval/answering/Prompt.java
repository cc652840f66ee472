package dev.cft.eval.answering;

import java.util.List;

/// What a model is given.
public sealed interface Prompt {
  /// The prompt as messages, for the record.
  List<Turn> turns();

  /// A conversation, written down by the model's own chat template.
  record Chat(List<Turn> turns) implements Prompt {
    public Chat {
      turns = List.copyOf(turns);
    }
  }

  /// A text as it is, special tokens included.
  record Raw(String text) implements Prompt {
    /// The role under which a raw text is recorded.
    public static final String ROLE = "prompt";

    @Override
    public List<Turn> turns() {
      return List.of(new Turn(ROLE, text));
    }
  }
}
