package dev.cft.eval.answering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The prompt, and then the follow-up questions in order, each after the answer to the one before.
public final class DirectDialogue extends Dialogue {
  private final Prompt first;
  private final List<String> followUps;
  private final long seed;

  /// @throws IllegalArgumentException for follow-ups of a raw prompt, which has no turns
  public DirectDialogue(Prompt first, List<String> followUps, long seed) {
    this.first = first;
    this.followUps = List.copyOf(followUps);
    this.seed = seed;
    if (!followUps.isEmpty() && first instanceof Prompt.Raw) {
      throw new IllegalArgumentException("several turns need a prompt of messages, not a raw text");
    }
  }

  @Override
  Optional<Ask> after(List<Reply.Text> so) {
    if (so.isEmpty()) {
      return Optional.of(new Ask(first, seed));
    }
    if (so.size() > followUps.size()) {
      return Optional.empty();
    }
    var turns = new ArrayList<>(first.turns());
    turns.addAll(turns(so));
    turns.add(new Turn("user", followUps.get(so.size() - 1)));
    return Optional.of(new Ask(new Prompt.Chat(turns), seed + so.size()));
  }

  private List<Turn> turns(List<Reply.Text> so) {
    var turns = new ArrayList<Turn>();
    for (var i = 0; i < so.size(); i++) {
      if (i > 0) {
        turns.add(new Turn("user", followUps.get(i - 1)));
      }
      turns.add(new Turn("assistant", so.get(i).text()));
    }
    return turns;
  }

  @Override
  public Outcome outcome() {
    var replies = replies();
    var truncated = replies.stream().anyMatch(r -> r.finish().equals(Reply.Text.LENGTH));
    var finish = truncated ? Reply.Text.LENGTH : replies.getLast().finish();
    return new Outcome(turns(replies), finish, List.of());
  }
}
