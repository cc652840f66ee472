package dev.cft.eval.evals;

import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.eval.requests.Ids;
import dev.cft.grading.Graders;
import dev.cft.service.errors.ApiException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads requests for evals: OpenAI's shape, or ours from rows of question and answer.
@Component
class EvalRequests {
  private final Items items;
  private final ItemSets sets;
  private final InstantSource clock;

  EvalRequests(Items items, ItemSets sets, InstantSource clock) {
    this.items = items;
    this.sets = sets;
    this.clock = clock;
  }

  /// The eval that a request asks for, its items stored.
  Eval create(JsonNode body, @Nullable String createdBy) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var name = request.optionalText("name").orElse("eval");
    var metadata = request.metadata("metadata");
    var input = request.optionalText("input");
    var criteria = criteria(request, input.isPresent());
    var prompt = prompt(request);
    var config = config(request, input.isPresent());
    request.refuseOthers();
    var read =
        Criteria.read(
            Fields.of(
                JsonNodeFactory.instance.objectNode().set("testing_criteria", criteria), faults));
    var rows =
        input.map(id ->
            faults.isEmpty()
                ? items.from(id, "input", read, prompt, faults)
                : List.<ObjectNode>of());
    faults.refuseIfAny("invalid_eval");
    var now = clock.instant();
    return new Eval(
        Ids.next("eval_"),
        name,
        config,
        criteria,
        prompt,
        rows.map(sets::store).orElse(null),
        input.orElse(null),
        metadata,
        createdBy,
        now,
        now,
        EvalProfile.PLAIN);
  }

  /// The eval of a benchmark, its data fetched where need be.
  Eval ofBenchmark(JsonNode body, EvalLookup lookup, @Nullable String createdBy) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var name = request.text("benchmark");
    request.refuseOthers();
    faults.refuseIfAny("invalid_eval");
    return lookup
        .benchmark(name, createdBy)
        .orElseThrow(() ->
            ApiException.badRequest(
                "benchmark_not_found",
                "benchmark: there is no benchmark '%s'; GET /v1/benchmarks lists them"
                    .formatted(name),
                "benchmark"));
  }

  private static JsonNode criteria(Fields request, boolean hasInput) {
    var given = request.raw("testing_criteria");
    var grader = request.optionalText("grader");
    if (given != null && grader.isPresent()) {
      request.fault("grader", "goes with no testing_criteria; name it in a criterion of type math");
    }
    if (given != null && given.isArray() && !given.isEmpty()) {
      return given;
    }
    if (given != null || !hasInput) {
      request.fault("testing_criteria", "must be an array of at least one criterion");
    }
    var name = grader.orElse("numeric");
    if (!isKnown(name)) {
      request.fault("grader", "unknown grader '%s'; known: %s".formatted(name, Graders.names()));
      return Criteria.answerBy("numeric");
    }
    return Criteria.answerBy(Graders.named(name).name());
  }

  private static boolean isKnown(String grader) {
    return Graders.names().stream()
        .anyMatch(name -> name.equals(grader) || name.startsWith(grader + "@"));
  }

  private static List<PromptMessage> prompt(Fields request) {
    var template = request.optionalText("prompt");
    var messages = Prompts.read(request);
    if (template.isPresent() && !messages.isEmpty()) {
      request.fault("prompt", "goes with no input_messages; give one of them");
    }
    template.ifPresent(text ->
        new Template(text)
            .objections(false)
            .forEach(objection -> request.fault("prompt", objection)));
    return template
        .map(text -> List.of(new PromptMessage("user", text)))
        .orElse(messages.isEmpty() ? PromptMessage.QUESTION : messages);
  }

  private static JsonNode config(Fields request, boolean hasInput) {
    var given = request.object("data_source_config");
    if (given.isEmpty()) {
      if (!hasInput && !request.isFaulty("data_source_config")) {
        request.fault(
            "data_source_config", "is missing; give it, or `input` with a file or dataset id");
      }
      return questionAndAnswer();
    }
    var config = given.get();
    config.oneOf("type", List.of("custom"), null);
    if (config.object("item_schema").isEmpty() && !config.isFaulty("item_schema")) {
      config.fault("item_schema", "is missing; it must be a JSON schema");
    }
    config.flag("include_sample_schema", true);
    config.refuseOthers();
    return config.json();
  }

  private static ObjectNode questionAndAnswer() {
    var config = JsonNodeFactory.instance.objectNode().put("type", "custom");
    var schema = config.putObject("item_schema").put("type", "object");
    schema.putObject("properties").putObject("question").put("type", "string");
    schema.withObject("properties").putObject("answer").put("type", "string");
    schema.putArray("required").add("question").add("answer");
    return config.put("include_sample_schema", true);
  }
}
