package dev.cft.critiques.teachers;

import java.util.function.Consumer;

/// Someone who critiques a response: one call, no retries. Safe for many threads.
public interface Teacher {
  /// Asks for one critique.
  ///
  /// @throws TeacherException no answer came
  Reply critique(Question question);

  /// The same, with the text given to `onText` as it arrives.
  default Reply critique(Question question, Consumer<String> onText) {
    var reply = critique(question);
    onText.accept(reply.text());
    return reply;
  }

  /// Answers a question itself.
  ///
  /// @throws TeacherException no answer came, or this is not its business
  default Reply respond(Sampling sampling) {
    throw new TeacherException.BadRequest("this teacher critiques only");
  }
}
