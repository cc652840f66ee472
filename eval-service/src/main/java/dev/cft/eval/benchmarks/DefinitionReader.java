package dev.cft.eval.benchmarks;

import dev.cft.eval.evals.Criteria;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.eval.evals.PromptVariant;
import dev.cft.eval.evals.Prompts;
import dev.cft.eval.evals.Template;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads definitions, all faults at once.
///
/// @param promptSets named prompt sets that definitions may refer to
record DefinitionReader(Function<String, @Nullable JsonNode> promptSets) {
  private static final String ACCURACY = "accuracy";
  private static final List<String> METRICS = List.of(ACCURACY, "avg", "pass", "maj", "score");
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  Definition read(JsonNode json, Faults faults) {
    var fields = Fields.of(json, faults);
    var name = fields.text("name");
    if (!name.isEmpty() && !name.matches(NAME)) {
      fields.fault(
          "name", "'%s' must be lower-case letters, digits, '-', '_' or '.'".formatted(name));
    }
    var criteria = fields.raw("criteria");
    Criteria.check(criteria, "criteria", faults);
    fields.optionalText("description");
    fields.optionalText("licence");
    fields.optionalText("source_note");
    var read =
        new Definition(
            name,
            fields.optionalText("title").orElse(name),
            fields.integer("rows", 1, Integer.MAX_VALUE),
            sources(fields),
            joins(fields),
            rules(fields, "fields"),
            fields.object("choices").map(Choices::read).orElse(null),
            pairs(fields, "question_suffixes"),
            fields.texts("where_absent"),
            prompts(fields),
            templates(fields, "follow_ups"),
            fields.stops("stop"),
            fields.integer("max_tokens", 1, 1_000_000),
            criteria == null ? JsonNodeFactory.instance.arrayNode() : criteria,
            metric(fields, criteria),
            fields.flag("withheld", false),
            json);
    fields.refuseOthers();
    return read;
  }

  /// The headline's name: what runs have, or what its criteria add.
  private static String metric(Fields fields, @Nullable JsonNode criteria) {
    var metric = fields.optionalText("metric").orElse(ACCURACY);
    var names = new ArrayList<>(METRICS);
    for (var criterion : criteria == null ? List.<JsonNode>of() : criteria) {
      names.add(criterion.path("name").asString(""));
    }
    if (!names.contains(metric.split("[.@]", 2)[0])) {
      fields.fault(
          "metric",
          "'%s' is not known; allowed: accuracy, accuracy.GRADER, accuracy.strict, avg@n, pass@k, maj@k, score, or a criterion's name"
              .formatted(metric));
    }
    return metric;
  }

  private static List<Source> sources(Fields fields) {
    var sources = new ArrayList<Source>();
    for (var source : fields.objects("sources")) {
      sources.add(source(source));
      source.refuseOthers();
    }
    if (sources.isEmpty() && !fields.isFaulty("sources")) {
      fields.fault("sources", "at least one is needed: {file}, {hub, revision, path} or {input}");
    }
    return sources;
  }

  private static Source source(Fields source) {
    var rules = rules(source, "fields");
    if (source.raw("hub") != null) {
      return new Source.HubFile(
          source.text("hub"), revision(source), source.text("path"), sha256(source), rules);
    }
    return source.raw("input") != null
        ? new Source.Upload(source.text("input"), rules)
        : new Source.LocalFile(file(source), sha256(source), rules);
  }

  private static List<Join> joins(Fields fields) {
    var joins = new ArrayList<Join>();
    for (var join : fields.objects("joins")) {
      joins.add(new Join(source(join), join.text("key")));
      join.refuseOthers();
    }
    return joins;
  }

  private static String revision(Fields source) {
    var revision = source.text("revision");
    if (!revision.isEmpty() && !revision.matches("[\\w./-]{1,100}")) {
      source.fault("revision", "'%s' is no commit or branch".formatted(revision));
    }
    return revision;
  }

  private static String file(Fields source) {
    var path = source.text("file");
    if (path.startsWith("/") || List.of(path.split("[/\\\\]", -1)).contains("..")) {
      source.fault("file", "'%s' must stay below the data folder".formatted(path));
    }
    return path;
  }

  private static @Nullable String sha256(Fields source) {
    var sum = source.optionalText("sha256").orElse(null);
    if (sum != null && !sum.matches("[0-9a-f]{64}")) {
      source.fault("sha256", "must be 64 lower-case hexadecimal digits");
    }
    return sum;
  }

  private static Map<String, FieldRule> rules(Fields fields, String name) {
    var rules = new LinkedHashMap<String, FieldRule>();
    fields
        .object(name)
        .ifPresent(given ->
            given
                .json()
                .propertyNames()
                .forEach(field -> rules.put(field, FieldRule.read(given, field))));
    return rules;
  }

  private static Map<String, String> pairs(Fields fields, String name) {
    var pairs = new LinkedHashMap<String, String>();
    fields
        .object(name)
        .ifPresent(given ->
            given
                .json()
                .propertyNames()
                .forEach(key -> pairs.put(key, given.stops(key).stream().findFirst().orElse(""))));
    return pairs;
  }

  private static List<String> templates(Fields fields, String name) {
    var templates = fields.texts(name);
    templates.forEach(
        text -> new Template(text).objections(false).forEach(fault -> fields.fault(name, fault)));
    return templates;
  }

  /// Prompts of its own, or the name of a set.
  private List<PromptVariant> prompts(Fields fields) {
    var raw = fields.raw("prompts");
    var source = fields;
    if (raw != null && raw.isString()) {
      var set = promptSets.apply(raw.asString());
      if (set == null) {
        fields.fault("prompts", "there is no prompt set '%s'".formatted(raw.asString()));
        return List.of();
      }
      var wrapped = JsonNodeFactory.instance.objectNode();
      wrapped.set("prompts", set);
      source = fields.inside(wrapped);
    }
    var variants = source.objects("prompts").stream().map(DefinitionReader::prompt).toList();
    if (variants.isEmpty() && !fields.isFaulty("prompts")) {
      fields.fault("prompts", "at least one is needed, or the name of a prompt set");
    }
    return variants;
  }

  private static PromptVariant prompt(Fields fields) {
    var name = fields.text("name");
    var families = fields.texts("families");
    var text = fields.stops("text").stream().findFirst().orElse(null);
    List<PromptMessage> messages =
        fields.objects("messages").stream().map(Prompts::message).toList();
    if (messages.isEmpty() == (text == null)) {
      fields.fault("messages", "give either messages or a raw text");
      messages = List.of();
      text = "";
    }
    if (text != null) {
      new Template(text).objections(false).forEach(fault -> fields.fault("text", fault));
    }
    fields.refuseOthers();
    return new PromptVariant(name, families, messages, text);
  }
}
