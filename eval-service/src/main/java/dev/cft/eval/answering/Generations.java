package dev.cft.eval.answering;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.store.Sha256;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Generations that were made before, by everything that they depend on.
@Repository
public class Generations {
  private static final String FIND =
      "select key, reply from eval_generations where key = any(:keys)";

  private static final String KEEP =
      """
      insert into eval_generations (key, reply, created_at) values (:key, cast(:reply as json), :at)
      on conflict do nothing
      """;

  private static final String FORGET = "delete from eval_generations where created_at < :before";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  Generations(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// The key of a generation: SHA-256 over its JSON. The seed does not matter to greedy decoding.
  ///
  /// @param model the weights' hash, or the endpoint's name and model
  public static String key(String model, Ask ask, Manner manner) {
    var json = mapper().createObjectNode().put("model", model);
    json.set("prompt", mapper().valueToTree(ask.prompt()));
    json.put("raw", ask.prompt() instanceof Prompt.Raw);
    json.set("manner", mapper().valueToTree(manner));
    json.put("seed", manner.temperature() == 0 ? 0 : ask.seed());
    return Sha256.of(json.toString());
  }

  /// Those that are kept, by key.
  public Map<String, Reply.Text> find(Collection<String> keys) {
    var found = new HashMap<String, Reply.Text>();
    if (!keys.isEmpty()) {
      jdbc.sql(FIND)
          .param("keys", keys.toArray(String[]::new))
          .query(row -> {
            var reply = mapper().readValue(row.getString("reply"), Reply.Text.class);
            found.put(row.getString("key"), reused(reply));
          });
    }
    return found;
  }

  private static Reply.Text reused(Reply.Text reply) {
    return new Reply.Text(
        reply.text(), reply.finish(), reply.promptTokens(), reply.completionTokens(), true);
  }

  /// Keeps a generation, unless it is kept.
  public void keep(String key, Reply.Text reply) {
    jdbc.sql(KEEP)
        .param("key", key)
        .param("reply", mapper().writeValueAsString(reply))
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Forgets what is older.
  public int forget(Duration age) {
    return jdbc.sql(FORGET)
        .param("before", clock.instant().minus(age).atOffset(ZoneOffset.UTC))
        .update();
  }
}
