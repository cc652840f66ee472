package dev.cft.eval.evals;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.grading.instructions.BadInstructionException;
import dev.cft.grading.instructions.Instructions;
import dev.cft.grading.instructions.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// IFEval's instructions: an answer passes that follows all of its item's.
///
/// @param mode strict, or loose
/// @param ids path of the item's list of instruction ids
/// @param kwargs path of the list of their settings, one object each
record InstructionCheck(String name, Mode mode, String ids, String kwargs) implements Criterion {
  /// Where the verdicts on single instructions stand in a judgement's detail.
  static final String FOLLOWED = "followed";

  private record Instruction(String id, Map<String, ?> kwargs) {
    private boolean isFollowed(String response, Mode mode) {
      return Instructions.followed(id, kwargs, response, mode);
    }
  }

  @Override
  public List<Template> templates() {
    return List.of();
  }

  @Override
  public Optional<String> objectionTo(JsonNode item) {
    try {
      instructions(item).forEach(each -> each.isFollowed("", mode));
      return Optional.empty();
    } catch (BadInstructionException | UnjudgedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Judgement judge(JsonNode item, Output output, Judge judge) {
    var detail = JsonNodeFactory.instance.objectNode();
    var names = detail.putArray("instructions");
    var followed = detail.putArray(FOLLOWED);
    var missed = new ArrayList<String>();
    var all = instructions(item);
    for (var each : all) {
      var isFollowed = isFollowed(each, output.text());
      names.add(each.id());
      followed.add(isFollowed);
      if (!isFollowed) {
        missed.add(each.id());
      }
    }
    var isBlank = output.text().isBlank();
    return new Judgement(
        name,
        "instructions",
        "ifeval-%s@1".formatted(mode.name().toLowerCase(Locale.ROOT)),
        missed.isEmpty(),
        missed.isEmpty() ? 1 : 0,
        isBlank ? "no_answer" : missed.isEmpty() ? "correct" : "incorrect",
        missed.isEmpty()
            ? "all %d instructions are followed".formatted(all.size())
            : "not followed: " + String.join(", ", missed),
        null,
        null,
        detail);
  }

  private boolean isFollowed(Instruction instruction, String response) {
    try {
      return instruction.isFollowed(response, mode);
    } catch (BadInstructionException e) {
      throw new UnjudgedException("bad_instruction", String.valueOf(e.getMessage()));
    }
  }

  private List<Instruction> instructions(JsonNode item) {
    var names = Template.at(item, ids);
    var settings = Template.at(item, kwargs);
    if (names == null || !names.isArray() || names.isEmpty()) {
      throw unusable("'%s' must be a list of instruction ids".formatted(ids));
    }
    if (settings == null || !settings.isArray() || settings.size() != names.size()) {
      throw unusable(
          "'%s' must be a list of %d objects, one for each instruction"
              .formatted(kwargs, names.size()));
    }
    var instructions = new ArrayList<Instruction>();
    for (var i = 0; i < names.size(); i++) {
      instructions.add(new Instruction(names.get(i).asString(""), present(settings.get(i))));
    }
    return instructions;
  }

  /// The settings that have a value: the hub's Parquet form has every key everywhere, with nulls.
  private static Map<String, Object> present(JsonNode settings) {
    if (!settings.isObject() && !settings.isNull()) {
      throw unusable("settings of an instruction must be an object, not " + settings);
    }
    var present = new HashMap<String, Object>();
    if (settings.isObject()) {
      settings.forEachEntry((key, value) -> {
        if (!value.isNull()) {
          present.put(key, mapper().convertValue(value, Object.class));
        }
      });
    }
    return present;
  }

  private static UnjudgedException unusable(String message) {
    return new UnjudgedException("bad_instruction", message);
  }
}
