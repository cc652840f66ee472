package dev.cft.critiques.rows;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The shapes of rows that are known by sight.
public enum RowShape {
  /// `{"question", "answer"?, "response"?, "critique"?, "verdict"?, "correct"?, …}`
  PLATFORM("question"),
  /// `{"messages": [{"role", "content"}, …]}`
  CHAT("messages"),
  /// `{"instruction", "input"?, "output", "system"?}`
  ALPACA("instruction");

  private final String mark;

  RowShape(String mark) {
    this.mark = mark;
  }

  /// The shape of a row; empty where it has none of the marks.
  static Optional<RowShape> of(ObjectNode row) {
    return List.of(values()).stream().filter(shape -> row.has(shape.mark)).findFirst();
  }

  /// What is expected, for a message.
  static final String EXPECTED =
      "expected {question, answer?, response?, critique?, verdict?, correct?},"
          + " {messages: [{role, content}]} or {instruction, input?, output}";
}
