package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How a byte-level tokenizer splits text before it merges: GGUF has only a name for it
/// (`tokenizer.ggml.pre`).
///
/// @param digits whether every digit is split off first
/// @param pattern what else the text is split by; GPT-2's own pattern where this is empty
/// @param composed whether text is brought to Unicode's composed form
/// @param ignoreMerges whether a word that is a token is not built from merges
record PreTokenizer(
    boolean digits, Optional<String> pattern, boolean composed, boolean ignoreMerges) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// Contractions, words with one leading mark, numbers of so many digits, marks, line ends, spaces
  /// (the patterns of Qwen2 and Llama 3 differ in the digits only).
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  static PreTokenizer named(String name, Path file) {
    return switch (name) {
      case "default", "gpt-2" -> new PreTokenizer(false, Optional.empty(), false, false);
      case "smollm" -> new PreTokenizer(true, Optional.empty(), false, false);
      case "qwen2", "deepseek-r1-qwen" ->
          new PreTokenizer(false, Optional.of(WORDS.formatted("")), true, false);
      case "llama-bpe", "llama3", "llama-v3" ->
          new PreTokenizer(false, Optional.of(WORDS.formatted("{1,3}")), false, true);
      default ->
          throw new CheckpointException(
              file,
              "tokenizer.ggml.pre '%s' is not supported; take the tokenizer.json of the original checkpoint"
                  .formatted(name));
    };
  }

  void writeTo(ObjectNode json) {
    if (composed) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    var steps = json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    if (digits) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    }
    pattern.ifPresent(regex -> {
      var split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", regex);
      split.put("behavior", "Isolated").put("invert", false);
    });
    steps.add(byteLevel(false, pattern.isEmpty()));
  }

  /// Bytes as visible characters.
  ///
  /// @param split whether GPT-2's pattern splits the text
  static ObjectNode byteLevel(boolean prefixSpace, boolean split) {
    return MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", split);
  }
}
