package dev.cft.grading.cli;

import dev.cft.grading.instructions.BadInstructionException;
import dev.cft.grading.instructions.Instructions;
import dev.cft.grading.instructions.Mode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `cft check-instructions`: whether responses follow IFEval's instructions.
@Command(
    name = "./cft check-instructions",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks IFEval's 25 instructions: reads JSON lines from standard input and writes one JSON line for each, in order.",
      "",
      "Input:   {\"instruction_id\": \"punctuation:no_comma\", \"kwargs\": {}, \"response\": \"No comma here.\"}",
      "Output:  {\"followed\": true}",
      "A prompt beside them is allowed; combination:repeat_prompt takes it where kwargs has no prompt_to_repeat.",
      "A line that cannot be answered gets {\"error\": \"line 3: …\"} in its place, and the next one is read.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every line was answered",
      "1:at least one line holds an error",
      "2:a mistyped option"
    })
final class CheckInstructionsCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Option(
      names = "--loose",
      description =
          "Forgive a first or last line too much and asterisks, as IFEval's loose accuracy does.")
  boolean loose;

  @Override
  public Integer call() throws IOException {
    return new JsonLines(Console.in(), Console.out()).answer(this::checked) == 0 ? 0 : 1;
  }

  private ObjectNode checked(ObjectNode line) {
    var kwargs = new HashMap<String, Object>();
    if (line.get("kwargs") instanceof ObjectNode object) {
      object
          .properties()
          .forEach(entry ->
              kwargs.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class)));
    } else if (line.hasNonNull("kwargs")) {
      throw new JsonLines.BadLineException("'kwargs' must be an object");
    }
    var id = JsonLines.text(line, "instruction_id");
    if (id.equals("combination:repeat_prompt") && line.hasNonNull("prompt")) {
      kwargs.putIfAbsent("prompt_to_repeat", JsonLines.text(line, "prompt"));
    }
    try {
      var followed =
          Instructions.followed(
              id,
              Map.copyOf(withoutNulls(kwargs)),
              JsonLines.text(line, "response"),
              loose ? Mode.LOOSE : Mode.STRICT);
      return JsonNodeFactory.instance.objectNode().put("followed", followed);
    } catch (BadInstructionException e) {
      throw new JsonLines.BadLineException(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> kwargs) {
    kwargs.values().removeIf(java.util.Objects::isNull);
    return kwargs;
  }
}
