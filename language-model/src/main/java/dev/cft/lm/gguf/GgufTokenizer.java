package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tokenizer.json` and `tokenizer_config.json` from a GGUF file's metadata.
final class GgufTokenizer {
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final GgufFile gguf;
  private final List<String> tokens;
  private final List<?> types;

  GgufTokenizer(GgufFile gguf) {
    this.gguf = gguf;
    this.tokens = texts("tokenizer.ggml.tokens");
    this.types = gguf.list("tokenizer.ggml.token_type");
    if (tokens.isEmpty() || types.size() != tokens.size()) {
      throw new CheckpointException(
          gguf.file(),
          "has %d tokens in tokenizer.ggml.tokens and %d types of tokens"
              .formatted(tokens.size(), types.size()));
    }
  }

  private List<String> texts(String key) {
    var texts = new ArrayList<String>();
    for (Object value : gguf.list(key)) {
      if (!(value instanceof String text)) {
        throw new CheckpointException(gguf.file(), key + " holds " + value);
      }
      texts.add(text);
    }
    return texts;
  }

  ObjectNode tokenizer() {
    var kind = gguf.text("tokenizer.ggml.model").orElse("");
    var json = MAPPER.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    addedTokens(json.putArray("added_tokens"));
    switch (kind) {
      case "gpt2" -> byteLevel(json);
      case "llama" -> sentencePiece(json);
      default ->
          throw new CheckpointException(
              gguf.file(),
              "tokenizer model '%s' is not supported; gpt2 and llama are".formatted(kind));
    }
    return json;
  }

  private int type(int token) {
    return types.get(token) instanceof Long type ? type.intValue() : 1;
  }

  private void addedTokens(ArrayNode added) {
    for (int i = 0; i < tokens.size(); i++) {
      if (type(i) == CONTROL || type(i) == USER_DEFINED) {
        added
            .addObject()
            .put("id", i)
            .put("content", tokens.get(i))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", type(i) == CONTROL);
      }
    }
  }

  private ObjectNode model(ObjectNode json, boolean byteFallback) {
    var model = json.putObject("model").put("type", "BPE").putNull("dropout");
    var unknown = byteFallback ? unknownToken() : Optional.<String>empty();
    unknown.ifPresentOrElse(
        token -> model.put("unk_token", token), () -> model.putNull("unk_token"));
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", byteFallback).put("byte_fallback", byteFallback);
    var vocabulary = model.putObject("vocab");
    for (int i = 0; i < tokens.size(); i++) {
      if (type(i) != UNUSED) {
        vocabulary.put(tokens.get(i), i);
      }
    }
    return model;
  }

  private Optional<String> unknownToken() {
    return token("unknown");
  }

  private Optional<String> token(String name) {
    return gguf.whole("tokenizer.ggml." + name + "_token_id")
        .filter(id -> id >= 0 && id < tokens.size())
        .map(id -> tokens.get(id.intValue()));
  }

  // --- byte-level BPE (GPT-2, SmolLM2, Qwen, Llama 3) --------------------------------------------

  private void byteLevel(ObjectNode json) {
    var splitter =
        PreTokenizer.named(gguf.text("tokenizer.ggml.pre").orElse("default"), gguf.file());
    splitter.writeTo(json);
    if (!beginning(json)) {
      json.set("post_processor", PreTokenizer.byteLevel(true, false));
    }
    json.set("decoder", PreTokenizer.byteLevel(true, true));
    var model = model(json, false);
    model.put("ignore_merges", splitter.ignoreMerges());
    var merges = model.putArray("merges");
    for (var merge : texts("tokenizer.ggml.merges")) {
      // A merged piece has no space of its own: it is written as Ġ.
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw new CheckpointException(
            gguf.file(), "tokenizer.ggml.merges holds '%s', not two pieces".formatted(merge));
      }
      merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
    }
  }

  /// A beginning token before every text, where the model wants one.
  private boolean beginning(ObjectNode json) {
    var begin = token("bos");
    if (begin.isEmpty() || !gguf.flag("tokenizer.ggml.add_bos_token", false)) {
      return false;
    }
    var post = json.putObject("post_processor").put("type", "TemplateProcessing");
    piece(post.putArray("single"), "SpecialToken", begin.get(), 0);
    piece((ArrayNode) post.path("single"), "Sequence", "A", 0);
    piece(post.putArray("pair"), "SpecialToken", begin.get(), 0);
    piece((ArrayNode) post.path("pair"), "Sequence", "A", 0);
    piece((ArrayNode) post.path("pair"), "SpecialToken", begin.get(), 1);
    piece((ArrayNode) post.path("pair"), "Sequence", "B", 1);
    var special = post.putObject("special_tokens").putObject(begin.get()).put("id", begin.get());
    special.putArray("ids").add(gguf.whole("tokenizer.ggml.bos_token_id").orElseThrow());
    special.putArray("tokens").add(begin.get());
    return true;
  }

  private static void piece(ArrayNode pieces, String kind, String id, int type) {
    pieces.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  // --- SentencePiece BPE (Llama 2, Mistral) ------------------------------------------------------

  private void sentencePiece(ObjectNode json) {
    var normalizers = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    boolean prefix = gguf.flag("tokenizer.ggml.add_space_prefix", true);
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
    }
    replace(normalizers, " ", "▁");
    json.putNull("pre_tokenizer");
    if (!beginning(json)) {
      json.putNull("post_processor");
    }
    var decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders, "▁", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    var merges = model(json, true).putArray("merges");
    for (var merge : new ScoredMerges(tokens, gguf.list("tokenizer.ggml.scores")).all()) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
  }

  private static void replace(ArrayNode steps, String from, String to) {
    var step = steps.addObject().put("type", "Replace");
    step.putObject("pattern").put("String", from);
    step.put("content", to);
  }

  ObjectNode config() {
    var json = MAPPER.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("clean_up_tokenization_spaces", false);
    token("bos").ifPresent(token -> json.put("bos_token", token));
    token("eos").ifPresent(token -> json.put("eos_token", token));
    token("padding").ifPresent(token -> json.put("pad_token", token));
    unknownToken().ifPresent(token -> json.put("unk_token", token));
    gguf.whole(gguf.text("general.architecture").orElse("") + ".context_length")
        .ifPresent(length -> json.put("model_max_length", length));
    gguf.text("tokenizer.chat_template").ifPresent(text -> json.put("chat_template", text));
    return json;
  }
}
