package dev.cft.eval.runs;

import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.Items;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.eval.evals.Prompts;
import dev.cft.eval.models.ModelChoice;
import dev.cft.eval.models.ModelNames;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.service.errors.ApiException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.specs.EvaluationSpec;
import dev.cft.store.specs.EvaluationSpec.Asking;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Reads requests for runs: OpenAI's `data_source` of type `completions`, or our shorthand.
@Component
class RunRequests {
  private final Items items;
  private final ItemSets sets;
  private final ModelNames names;
  private final AskingRequests askings;

  RunRequests(Items items, ItemSets sets, ModelNames names, Endpoints endpoints) {
    this.items = items;
    this.sets = sets;
    this.names = names;
    this.askings = new AskingRequests(sets, endpoints);
  }

  /// A run that is asked for.
  record Asked(
      EvaluationSpec spec,
      NewRuns.Source source,
      List<JobId> needs,
      Map<String, String> metadata) {}

  Asked read(Eval eval, JsonNode body) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var name = request.optionalText("name");
    var metadata = request.metadata("metadata");
    var limit = request.integer("limit", 1, Integer.MAX_VALUE);
    var dataSource = request.object("data_source");
    var asked =
        dataSource.isPresent()
            ? ofDataSource(eval, dataSource.get(), faults)
            : new Where(
                request.text("model"),
                Sampling.read(request, eval.profile()),
                List.of(),
                eval.itemSet());
    var asking = askings.read(request, eval, asked.itemSet());
    checkTogether(asking, asked, limit, request);
    request.refuseOthers();
    var param = dataSource.isPresent() ? "data_source.model" : "model";
    var needs = needs(asked.model(), param, faults);
    checkFamily(eval, asked.model(), asking, faults);
    if (asked.itemSet() == null && faults.isEmpty()) {
      faults.add("data_source.source", "is missing, and the eval has no items of its own");
    }
    faults.refuseIfAny("invalid_run");
    var prompt = asked.prompt().isEmpty() ? eval.prompt() : asked.prompt();
    var sampling = asked.sampling();
    var spec =
        new EvaluationSpec(
            eval.id(),
            name.orElse(asked.model()),
            asked.model(),
            sampling.temperature(),
            sampling.maxTokens(),
            sampling.seed(),
            limit,
            sampling.stop(),
            asking);
    var source =
        new NewRuns.Source(
            Objects.requireNonNull(asked.itemSet()), prompt, asked.sampling().topP());
    return new Asked(spec, source, needs, metadata);
  }

  private static void checkTogether(
      Asking asking, Where asked, @Nullable Integer limit, Fields request) {
    if (asking.samples() > 1 && asked.sampling().temperature() == 0) {
      request.fault("n", "more than one sample needs a temperature above 0; greedy ones are equal");
    }
    if (asking.items() != null && limit != null) {
      request.fault("limit", "goes with no sample_ids; give one of them");
    }
    if (asking.prompt() != null && !asked.prompt().isEmpty()) {
      request.fault("prompt", "goes with no data_source.input_messages; give one of them");
    }
  }

  /// A prompt with the special tokens of one family is noise to another.
  private void checkFamily(Eval eval, String model, Asking asking, Faults faults) {
    if (asking.prompt() != null
        && faults.isEmpty()
        && names.choose(model) instanceof ModelChoice.Ready(var stored)) {
      var family = stored.info().path("architecture").asString("");
      eval.profile()
          .prompt(asking.prompt())
          .filter(prompt -> !family.isEmpty() && !prompt.fits(family))
          .ifPresent(prompt -> faults.add("prompt", PromptChoice.mismatch(prompt, family, eval)));
    }
  }

  private record Where(
      String model, Sampling sampling, List<PromptMessage> prompt, @Nullable String itemSet) {}

  private Where ofDataSource(Eval eval, Fields fields, Faults faults) {
    fields.oneOf("type", List.of("completions"), null);
    var model = fields.text("model");
    var prompt = Prompts.read(fields);
    var sampling =
        fields
            .object("sampling_params")
            .map(params -> {
              var read = Sampling.read(params, eval.profile());
              params.refuseOthers();
              return read;
            })
            .orElse(Sampling.greedy(eval.profile()));
    var source = fields.object("source");
    var itemSet =
        source.isPresent()
            ? itemSet(eval, source.get(), prompt.isEmpty() ? eval.prompt() : prompt, faults)
            : eval.itemSet();
    fields.refuseOthers();
    return new Where(model, sampling, prompt, itemSet);
  }

  private @Nullable String itemSet(
      Eval eval, Fields source, List<PromptMessage> prompt, Faults faults) {
    var type = source.oneOf("type", List.of("file_id", "file_content"), null);
    var criteria = eval.criterionList();
    var before = faults.all().size();
    var read =
        type.equals("file_id")
            ? ofFile(eval, source, criteria, prompt, faults)
            : ofContent(source, criteria, prompt, faults);
    source.refuseOthers();
    if (faults.all().size() > before) {
      return null;
    }
    return read;
  }

  private @Nullable String ofFile(
      Eval eval,
      Fields source,
      List<Criterion> criteria,
      List<PromptMessage> prompt,
      Faults faults) {
    var id = source.text("id");
    if (source.isFaulty("id") || source.isFaulty("type")) {
      return null;
    }
    if (id.equals(eval.source()) && prompt.equals(eval.prompt())) {
      return eval.itemSet();
    }
    var rows = items.from(id, source.at("id"), criteria, prompt, faults);
    return faults.isEmpty() ? sets.store(rows) : null;
  }

  private @Nullable String ofContent(
      Fields source, List<Criterion> criteria, List<PromptMessage> prompt, Faults faults) {
    if (!(source.raw("content") instanceof ArrayNode content)) {
      source.fault("content", "must be an array of {\"item\": {…}}");
      return null;
    }
    var rows = items.given(content, source.at("content"), criteria, prompt, faults);
    return faults.isEmpty() ? sets.store(rows) : null;
  }

  private List<JobId> needs(String model, String param, Faults faults) {
    if (faults.has(param)) {
      return List.of();
    }
    return switch (names.choose(model)) {
      case ModelChoice.Ready _, ModelChoice.Remote _ -> List.of();
      case ModelChoice.Later(var job) -> List.of(job);
      case ModelChoice.None(var reason) -> {
        if (faults.isEmpty()) {
          throw ApiException.badRequest(
              "model_not_found", "%s: %s".formatted(param, reason), param);
        }
        faults.add(param, reason);
        yield List.of();
      }
    };
  }
}
