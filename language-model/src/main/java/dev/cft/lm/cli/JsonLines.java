package dev.cft.lm.cli;

import dev.cft.lm.training.BadInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// JSON lines in and out.
final class JsonLines {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PrintStream out = Commands.standardOutput();

  /// Something done with one line.
  @FunctionalInterface
  interface Reader {
    void read(String line);
  }

  /// Writes one line to standard output.
  void print(Object value) {
    out.println(MAPPER.writeValueAsString(value));
    if (out.checkError()) {
      throw new IllegalArgumentException("whoever read the output has closed it");
    }
  }

  /// Reads a file line by line, or standard input where it is null; blank lines are left out.
  ///
  /// @throws IllegalArgumentException naming the line that is wrong
  static void read(@Nullable Path file, Reader reader) throws IOException {
    try (var lines =
        file != null
            ? Files.newBufferedReader(file)
            : new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      int number = 0;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          readOne(reader, line, number);
        }
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8", e);
    }
  }

  private static void readOne(Reader reader, String line, int number) {
    try {
      reader.read(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "line %d: %s".formatted(number, e.getOriginalMessage()), e);
    } catch (IllegalArgumentException | BadInputException e) {
      throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
    }
  }
}
