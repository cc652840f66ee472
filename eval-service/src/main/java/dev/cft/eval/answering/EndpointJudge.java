package dev.cft.eval.answering;

import dev.cft.eval.endpoints.CompletionCall;
import dev.cft.eval.endpoints.Endpoint;
import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.endpoints.Message;
import dev.cft.eval.evals.Judge;
import java.util.List;

/// A judge behind an endpoint. What it said is kept, so that the same question costs once.
public final class EndpointJudge implements Judge {
  /// FastChat's settings of a judge: greedy, 2,048 tokens.
  private static final Manner MANNER = new Manner(0, 1, 2048, List.of());

  private final Endpoint endpoint;
  private final Memory memory;

  /// @param isFresh whether earlier judgments are left aside
  public EndpointJudge(Endpoint endpoint, Generations generations, boolean isFresh) {
    this.endpoint = endpoint;
    this.memory = new Memory(generations, endpoint.fingerprint(), MANNER, isFresh);
  }

  @Override
  public String name() {
    return Endpoints.PREFIX + endpoint.name();
  }

  @Override
  public String ask(String system, String user) throws InterruptedException {
    var turns = List.of(new Turn("system", system), new Turn("user", user));
    var ask = new Ask(new Prompt.Chat(turns), 0);
    var kept = memory.recall(ask);
    if (kept.isPresent()) {
      return kept.get().text();
    }
    var messages = turns.stream().map(turn -> new Message(turn.role(), turn.content())).toList();
    var said =
        endpoint.complete(
            new CompletionCall(
                messages,
                false,
                MANNER.temperature(),
                MANNER.topP(),
                MANNER.maxTokens(),
                MANNER.stop(),
                0));
    memory.keep(ask, Reply.Text.of(said));
    return said.text();
  }
}
