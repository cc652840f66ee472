package dev.cft.standalone.demo;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads the user's rows: JSONL with `question`, `answer` and, in all rows or in none, `response`.
final class RowFile {
  private static final int FAULTS_TOLD = 10;
  private static final Set<String> USED = Set.of("question", "answer", "response");

  private final Path file;
  private final List<DemoRow> rows = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<String> ignored = new TreeSet<>();

  private RowFile(Path file) {
    this.file = file;
  }

  /// @throws BadRowsException naming lines and fields
  static RowFile read(Path file) {
    var read = new RowFile(file);
    read.parse();
    read.checkResponses();
    if (!read.faults.isEmpty()) {
      throw new BadRowsException(read.complaint());
    }
    if (read.rows.size() < 2) {
      throw new BadRowsException(
          "%s has %d rows; at least 2 are needed, one to train on and one to test on"
              .formatted(file, read.rows.size()));
    }
    return read;
  }

  List<DemoRow> rows() {
    return rows;
  }

  /// Fields that are in the file and not used.
  Set<String> ignored() {
    return ignored;
  }

  private void parse() {
    try {
      int number = 0;
      for (var line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          parse(number, line);
        }
      }
    } catch (NoSuchFileException e) {
      throw new BadRowsException("there is no file " + file);
    } catch (CharacterCodingException e) {
      throw new BadRowsException(file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new BadRowsException("%s cannot be read: %s".formatted(file, e));
    }
  }

  private void parse(int number, String line) {
    JsonNode json;
    try {
      json = StoreJson.mapper().readTree(line);
    } catch (JacksonException e) {
      faults.add("line %d is no JSON: %s".formatted(number, e.getOriginalMessage()));
      return;
    }
    if (!json.isObject()) {
      faults.add("line %d must be a JSON object".formatted(number));
      return;
    }
    json.propertyNames().stream().filter(name -> !USED.contains(name)).forEach(ignored::add);
    var question = text(number, json, "question");
    var answer = text(number, json, "answer");
    var response = json.path("response").isMissingNode() ? null : text(number, json, "response");
    if (question != null && answer != null) {
      rows.add(new DemoRow(question, answer, response));
    }
  }

  private @Nullable String text(int number, JsonNode json, String field) {
    var value = json.path(field);
    if (value.isString() && !value.stringValue().isBlank()) {
      return value.stringValue();
    }
    if (field.equals("answer") && value.isNumber()) {
      return value.asString();
    }
    faults.add(
        "line %d: %s must be a text that is not blank, got %s"
            .formatted(number, field, value.isMissingNode() ? "nothing" : value));
    return null;
  }

  private void checkResponses() {
    long with = rows.stream().filter(row -> row.response() != null).count();
    if (with > 0 && with < rows.size() && faults.isEmpty()) {
      faults.add(
          "response is in %d of %d rows; give it in all of them, or in none to have them sampled"
              .formatted(with, rows.size()));
    }
  }

  private String complaint() {
    var told = String.join("\n  ", faults.subList(0, Math.min(FAULTS_TOLD, faults.size())));
    var more =
        faults.size() > FAULTS_TOLD ? "\n  and %d more".formatted(faults.size() - FAULTS_TOLD) : "";
    return "%s cannot be used:\n  %s%s\nEach line must be a JSON object such as {\"question\": \"…\", \"answer\": \"… #### 7\"}, optionally with \"response\""
        .formatted(file, told, more);
  }
}
