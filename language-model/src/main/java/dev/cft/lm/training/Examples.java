package dev.cft.lm.training;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.ChatTemplate;
import dev.cft.lm.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The rows of a data file as examples.
///
/// @param lines of the file that the rows stand in, from 0
/// @param truncated how many rows were cut to the cutoff
/// @param untrained how many rows were left out because no token of them is trained
record Examples(List<Example> rows, List<Integer> lines, int truncated, int untrained) {
  private static final JsonMapper MAPPER = new JsonMapper();

  Examples {
    rows = List.copyOf(rows);
    lines = List.copyOf(lines);
  }

  /// @throws BadInputException naming the line and the field
  static Examples read(
      Path file, TrainingSpec.Rows spec, Tokenizer tokenizer, ChatTemplate template) {
    var reader = new Reader(file, spec, tokenizer, template);
    try (var lines = Files.newBufferedReader(file)) {
      return reader.read(lines);
    } catch (NoSuchFileException e) {
      throw new BadInputException("invalid_data", file.toString(), file + " is missing");
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          "invalid_data",
          file.toString(),
          "%s line %d: is not UTF-8".formatted(file.getFileName(), reader.number + 1));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Turns lines into examples, one after the other.
  static final class Reader {
    private final Path file;
    private final TrainingSpec.Rows spec;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private int number;
    private int truncated;

    Reader(Path file, TrainingSpec.Rows spec, Tokenizer tokenizer, ChatTemplate template) {
      this.file = file;
      this.spec = spec;
      this.tokenizer = tokenizer;
      this.template = template;
    }

    Examples read(BufferedReader lines) throws IOException {
      var rows = new ArrayList<Example>();
      var places = new ArrayList<Integer>();
      int untrained = 0;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        var example = example(line);
        if (example.trainedTokens() == 0) {
          untrained++;
        } else {
          rows.add(example);
          places.add(number - 1);
        }
      }
      if (rows.isEmpty()) {
        throw new BadInputException(
            "invalid_data",
            file.toString(),
            "%s has no row with a token to train".formatted(file.getFileName()));
      }
      return new Examples(rows, places, truncated, untrained);
    }

    Example example(String line) {
      JsonNode row;
      try {
        row = MAPPER.readTree(line);
      } catch (JacksonException e) {
        throw problem("is not JSON: " + e.getOriginalMessage());
      }
      if (row.has("messages")) {
        return conversation(row.path("messages"));
      }
      if (row.has("prompt") || row.has("completion")) {
        return cut(
            tokenizer.encode(text(row, "prompt")), tokenizer.encode(text(row, "completion")));
      }
      if (row.has("text")) {
        int[] tokens = tokenizer.encode(text(row, "text"));
        return cut(new int[0], tokens);
      }
      throw problem("has none of 'messages', 'prompt' with 'completion', 'text'");
    }

    private Example conversation(JsonNode json) {
      if (!json.isArray() || json.isEmpty()) {
        throw problem("'messages' must be a list with at least one message");
      }
      var messages = new ArrayList<ChatMessage>();
      for (int i = 0; i < json.size(); i++) {
        if (!json.path(i).path("role").isString() || !json.path(i).path("content").isString()) {
          throw problem("'messages[%d]' needs the strings 'role' and 'content'".formatted(i));
        }
        messages.add(
            new ChatMessage(
                json.path(i).path("role").stringValue(),
                json.path(i).path("content").stringValue()));
      }
      if (!messages.getLast().role().equals("assistant")) {
        throw problem(
            "'messages' must end with the role assistant, got '%s'"
                .formatted(messages.getLast().role()));
      }
      if (!messages.getFirst().role().equals("system")) {
        spec.defaultSystem()
            .ifPresent(system -> messages.addFirst(new ChatMessage("system", system)));
      }
      String prompt;
      String whole;
      try {
        prompt = template.render(messages.subList(0, messages.size() - 1), true);
        whole = template.render(messages, false);
      } catch (IllegalArgumentException e) {
        throw problem("'messages': " + e.getMessage());
      }
      if (!whole.startsWith(prompt)) {
        throw problem(
            "'messages': the chat template writes the prompt differently once the answer is there");
      }
      return cut(tokenizer.encode(prompt), tokenizer.encode(whole.substring(prompt.length())));
    }

    private Example cut(int[] prompt, int[] target) {
      if (prompt.length + target.length > spec.cutoff()) {
        truncated++;
      }
      return Example.of(prompt, target, spec.cutoff(), spec.trainOnPrompt());
    }

    private String text(JsonNode row, String field) {
      if (!row.path(field).isString()) {
        throw problem(
            "'%s' must be a string, got %s"
                .formatted(field, row.has(field) ? row.path(field) : "nothing"));
      }
      return row.path(field).stringValue();
    }

    private BadInputException problem(String what) {
      return new BadInputException(
          "invalid_data",
          file.toString(),
          "%s line %d: %s".formatted(file.getFileName(), number, what));
    }
  }
}
