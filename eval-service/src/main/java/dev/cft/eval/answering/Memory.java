package dev.cft.eval.answering;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one run may take from earlier generations, and what it adds to them.
///
/// @param model the weights' hash, or the endpoint's name and model
/// @param isFresh whether earlier generations are left aside
public record Memory(Generations generations, String model, Manner manner, boolean isFresh) {
  /// The reply that is kept, if any.
  Optional<Reply.Text> recall(Ask ask) {
    return Optional.ofNullable(recall(List.of(ask)).get(ask));
  }

  /// The replies that are kept.
  Map<Ask, Reply.Text> recall(List<Ask> asks) {
    if (isFresh) {
      return Map.of();
    }
    var keys = asks.stream().map(this::key).toList();
    var kept = generations.find(keys);
    var found = new java.util.HashMap<Ask, Reply.Text>();
    for (var i = 0; i < asks.size(); i++) {
      var reply = kept.get(keys.get(i));
      if (reply != null) {
        found.put(asks.get(i), reply);
      }
    }
    return found;
  }

  /// Keeps what a conversation generated; call it in the transaction that writes its item.
  public void keep(Dialogue dialogue) {
    var fresh = new ArrayList<Dialogue.Exchange>(dialogue.exchanges());
    fresh.removeIf(exchange -> exchange.reply().reused());
    fresh.forEach(exchange -> generations.keep(key(exchange.ask()), exchange.reply()));
  }

  /// Keeps one reply.
  void keep(Ask ask, Reply.Text reply) {
    generations.keep(key(ask), reply);
  }

  private String key(Ask ask) {
    return Generations.key(model, ask, manner);
  }
}
