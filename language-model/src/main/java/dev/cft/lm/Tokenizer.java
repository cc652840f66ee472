package dev.cft.lm;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Text to tokens and back, by a checkpoint's `tokenizer.json`. Thread-safe.
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> added = new HashMap<>();
  private final Set<Integer> special = new HashSet<>();

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Reads `tokenizer.json`.
  ///
  /// @throws CheckpointException if it is missing or damaged
  public static Tokenizer load(Path checkpoint) {
    var file = checkpoint.resolve("tokenizer.json");
    try {
      byte[] content = Files.readAllBytes(file);
      var json = Json.object(file, content);
      var tokenizer =
          new Tokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(content), PLAIN));
      for (var token : json.path("added_tokens")) {
        tokenizer.added.put(token.path("content").asString(""), token.path("id").asInt());
        if (token.path("special").asBoolean(false)) {
          tokenizer.special.add(token.path("id").asInt());
        }
      }
      return tokenizer;
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "the tokenizer is missing", e);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(file, "is no tokenizer that can be read: " + e.getMessage(), e);
    }
  }

  /// Tokens of the text; none are added, but special tokens written in it are recognised.
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /// The text without special tokens.
  public String decode(int[] tokens) {
    return decode(tokens, true);
  }

  /// The text; `skipSpecial` leaves special tokens out.
  public String decode(int[] tokens, boolean skipSpecial) {
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecial);
  }

  /// Whether the token is one of the tokenizer's special ones.
  public boolean isSpecial(int token) {
    return special.contains(token);
  }

  /// The token that stands for exactly this text, if it is one of the added tokens.
  public OptionalInt addedToken(String content) {
    var id = added.get(content);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
