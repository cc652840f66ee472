package dev.cft.eval.benchmarks;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.evals.Criteria;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.EvalProfile;
import dev.cft.eval.evals.EvalProfile.BadGold;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.NamedEvals;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.service.errors.ApiException;
import dev.cft.store.Sha256;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes evals from benchmarks. The eval's id is a hash over definition and items, so that the same
/// benchmark is the same eval, and a changed one is another.
@Component
class Benchmarks implements NamedEvals {
  private final Definitions definitions;
  private final Rows rows;
  private final Evals evals;
  private final ItemSets sets;
  private final InstantSource clock;

  Benchmarks(Definitions definitions, Rows rows, Evals evals, ItemSets sets, InstantSource clock) {
    this.definitions = definitions;
    this.rows = rows;
    this.evals = evals;
    this.sets = sets;
    this.clock = clock;
  }

  @Override
  public Optional<Eval> eval(String name, @Nullable String createdBy) {
    return definitions
        .find(name)
        .map(found -> {
          if (found.definition() == null) {
            throw ApiException.badRequest(
                "malformed_definition",
                "the definition of benchmark '%s' (%s) is malformed: %s"
                    .formatted(name, found.origin(), String.join("; ", found.faults())),
                "benchmark");
          }
          return made(found.definition(), createdBy);
        });
  }

  private Eval made(Definition definition, @Nullable String createdBy) {
    try {
      var read = rows.read(definition);
      var joined = rows.joined(definition);
      var items = Converted.of(definition, read, joined).items();
      return made(definition, new Origin(read, joined), items, createdBy);
    } catch (BenchmarkException e) {
      throw ApiException.badRequest(e.code(), String.valueOf(e.getMessage()), "benchmark");
    }
  }

  /// Where a benchmark's items come from.
  private record Origin(Rows.Read read, List<Joined> joined) {}

  private Eval made(
      Definition definition, Origin origin, List<ObjectNode> items, @Nullable String createdBy) {
    var id = id(definition, ItemSets.idOf(items));
    var known = evals.find(id);
    if (known.isPresent()) {
      return known.get();
    }
    var itemSet = definition.isWithheld() ? sets.storeWithheld(items) : sets.store(items);
    var profile =
        new EvalProfile(
            definition.name(),
            definition.prompts(),
            definition.followUps(),
            null,
            definition.stop(),
            definition.maxTokens(),
            definition.metric(),
            definition.isWithheld(),
            badGolds(definition, items),
            provenance(definition, origin));
    var now = clock.instant();
    evals.create(
        new Eval(
            id,
            definition.title(),
            config(items.getFirst()),
            Criteria.pinned(definition.criteria()),
            prompt(definition),
            itemSet,
            null,
            Map.of(),
            createdBy,
            now,
            now,
            profile));
    return evals.find(id).orElseThrow();
  }

  private static String id(Definition definition, String itemSet) {
    var hash =
        Sha256.of(
            definition.json() + "\n" + itemSet + "\n" + Criteria.pinned(definition.criteria()));
    return "eval_%s_%s"
        .formatted(definition.name().replaceAll("[^a-z0-9]", "-"), hash.substring(0, 12));
  }

  private static List<BadGold> badGolds(Definition definition, List<ObjectNode> items) {
    var criteria = Criteria.list(definition.criteria());
    var bad = new ArrayList<BadGold>();
    for (var i = 0; i < items.size(); i++) {
      var place = i;
      for (Criterion criterion : criteria) {
        criterion
            .objectionTo(items.get(i))
            .ifPresent(reason -> bad.add(new BadGold(place, reason)));
      }
    }
    return bad;
  }

  private static JsonNode provenance(Definition definition, Origin origin) {
    var read = origin.read();
    var json = mapper().createObjectNode().put("from", read.from());
    if (read.sha256() != null) {
      json.put("sha256", read.sha256());
    }
    for (var joined : origin.joined()) {
      json.withArray("joined")
          .addObject()
          .put("from", joined.from())
          .put("sha256", joined.sha256());
    }
    if (definition.choices() != null && definition.choices().seed() != null) {
      json.put("shuffle_seed", definition.choices().seed());
    }
    return json.put("definition_sha256", Sha256.of(definition.json().toString()));
  }

  private static JsonNode config(ObjectNode item) {
    var config = mapper().createObjectNode().put("type", "custom");
    var schema = config.putObject("item_schema").put("type", "object");
    var properties = schema.putObject("properties");
    item.propertyNames().forEach(name -> properties.putObject(name));
    return config.put("include_sample_schema", true);
  }

  /// What OpenAI's shape shows as the prompt: the usual variant.
  private static List<PromptMessage> prompt(Definition definition) {
    var usual = definition.prompts().getFirst();
    return usual.text() == null
        ? usual.messages()
        : List.of(new PromptMessage("user", usual.text()));
  }

  @Override
  public List<ObjectNode> withheldItems(Eval eval) {
    var name = String.valueOf(eval.profile().benchmark());
    var definition = definitions.find(name).map(Definitions.Found::definition).orElse(null);
    if (definition == null) {
      throw new WithheldException("benchmark '%s' is no longer defined".formatted(name));
    }
    try {
      var items = Converted.of(definition, rows.read(definition), rows.joined(definition)).items();
      if (!ItemSets.idOf(items).equals(eval.itemSet())) {
        throw new WithheldException(
            "the data or the definition of benchmark '%s' has changed since its eval was made; start a new run of '%s'"
                .formatted(name, name));
      }
      return items;
    } catch (BenchmarkException e) {
      throw new WithheldException(String.valueOf(e.getMessage()));
    }
  }
}
