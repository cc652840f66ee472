package dev.cft.eval.answering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A conversation about one item: asks, takes the reply, asks again until it has ended. Not
/// thread-safe; one thread at a time drives it.
public abstract class Dialogue {
  private final List<Ask> asked = new ArrayList<>();
  private final List<Reply.Text> replies = new ArrayList<>();
  private Reply.@Nullable Failure failure;
  private long subject;

  /// A conversation that cannot be held, and why.
  public static Dialogue broken(String code, String message) {
    var dialogue = new DirectDialogue(new Prompt.Raw(""), List.of(), 0);
    ((Dialogue) dialogue).failure = new Reply.Failure(code, message);
    return dialogue;
  }

  /// Notes what it is about: a number of the caller's.
  public final Dialogue about(long number) {
    subject = number;
    return this;
  }

  /// What it is about.
  public final long subject() {
    return subject;
  }

  /// What to ask next; empty when the conversation has ended.
  public final Optional<Ask> next() {
    if (failure != null) {
      return Optional.empty();
    }
    return after(List.copyOf(replies));
  }

  /// What to ask after those replies; empty at the end.
  abstract Optional<Ask> after(List<Reply.Text> so);

  /// The conversation that is recorded and judged.
  public abstract Outcome outcome();

  /// Takes the reply to what was asked last.
  public final void take(Ask ask, Reply reply) {
    switch (reply) {
      case Reply.Text text -> {
        asked.add(ask);
        replies.add(text);
      }
      case Reply.Failure failed -> failure = failed;
    }
  }

  final List<Reply.Text> replies() {
    return List.copyOf(replies);
  }

  /// Every question with its reply, in order.
  public final List<Exchange> exchanges() {
    var all = new ArrayList<Exchange>();
    for (var i = 0; i < replies.size(); i++) {
      all.add(new Exchange(asked.get(i), replies.get(i)));
    }
    return all;
  }

  /// Why it broke off; empty where it did not.
  public final Optional<Reply.Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /// A question with its reply.
  public record Exchange(Ask ask, Reply.Text reply) {}

  /// What a finished conversation comes to.
  ///
  /// @param turns what follows the prompt: the model's turns and those between them
  /// @param finish of the turn that counts
  /// @param steps attempts and critiques on the way to the answer; empty where there is one attempt
  public record Outcome(List<Turn> turns, String finish, List<Turn> steps) {
    public Outcome {
      turns = List.copyOf(turns);
      steps = List.copyOf(steps);
    }
  }
}
