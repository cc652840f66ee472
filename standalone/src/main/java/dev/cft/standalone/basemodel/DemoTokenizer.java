package dev.cft.standalone.basemodel;

import dev.cft.store.StoreJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The base model's tokenizer: every word of the problems is one token, every digit is one, and any
/// other text is bytes.
///
/// A space belongs to the word that follows it, but before a digit to what precedes it, so that a
/// digit is the same token wherever it stands.
final class DemoTokenizer {
  static final String PAD = "<pad>";
  static final String BOS = "<bos>";
  static final String USER = "<user>";
  static final String ASSISTANT = "<assistant>";
  static final String END = "[END]";
  static final List<String> SPECIAL = List.of(PAD, BOS, USER, ASSISTANT, END);

  /// Hugging Face's and Java's regular expressions read it alike.
  private static final String PIECES =
      " ?\\p{L}+ (?=\\p{N})| ?[^\\s\\p{L}\\p{N}]+ (?=\\p{N})| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+";

  private static final String TEMPLATE =
      """
      {{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}\
      {{ '<assistant>' + message['content'] + '[END]' }}{% else %}{{ '<user>' + message['content'] }}{% endif %}\
      {% endfor %}{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}\
      """;

  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();

  private DemoTokenizer(List<String> words) {
    SPECIAL.forEach(this::add);
    for (int value = 0; value < 256; value++) {
      add(symbol(value));
    }
    words.forEach(word -> add(symbols(word)));
  }

  /// The tokenizer that has each piece of these texts as one token.
  static DemoTokenizer of(Iterable<String> texts) {
    var words = new TreeSet<String>();
    var pieces = Pattern.compile(PIECES);
    for (var text : texts) {
      pieces.matcher(text).results().map(match -> match.group()).forEach(words::add);
    }
    return new DemoTokenizer(new ArrayList<>(words));
  }

  int size() {
    return vocabulary.size();
  }

  int id(String token) {
    return Objects.requireNonNull(vocabulary.get(token), token);
  }

  private void add(String token) {
    vocabulary.putIfAbsent(token, vocabulary.size());
  }

  /// `tokenizer.json`, as Hugging Face's tokenizers read it.
  JsonNode json() {
    var mapper = StoreJson.mapper();
    ObjectNode json = mapper.createObjectNode().put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    var added = json.putArray("added_tokens");
    for (var token : SPECIAL) {
      var node = added.addObject().put("id", id(token)).put("content", token);
      // "right [END]" and "right[END]" are the same tokens.
      node.put("single_word", false).put("lstrip", token.equals(END)).put("rstrip", false);
      node.put("normalized", false).put("special", true);
    }
    json.putNull("normalizer");
    var steps = json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    var split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", PIECES);
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject());
    json.putNull("post_processor");
    byteLevel(json.putObject("decoder"));
    var model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
    // A whole piece that is in the vocabulary is its token: no merges are needed.
    model.put("ignore_merges", true).set("vocab", mapper.valueToTree(vocabulary));
    model.putArray("merges");
    return json;
  }

  /// `tokenizer_config.json`.
  JsonNode config() {
    var json =
        StoreJson.mapper().createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("bos_token", BOS).put("eos_token", END).put("pad_token", PAD).putNull("unk_token");
    json.put("model_max_length", BaseModelShape.POSITIONS).put("add_bos_token", false);
    json.put("clean_up_tokenization_spaces", false);
    return json.put("chat_template", TEMPLATE);
  }

  /// A conversation of one turn, as the chat template renders it.
  static String turn(String user, String assistant) {
    return BOS + USER + user + ASSISTANT + assistant + END;
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", false);
  }

  private static String symbols(String piece) {
    var symbols = new StringBuilder();
    for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
      symbols.append(symbol(b & 0xff));
    }
    return symbols.toString();
  }

  /// GPT-2's printable character for a byte: itself where it is printable, else one from U+0100 on.
  private static String symbol(int value) {
    int shift = 0;
    for (int other = 0; other < value; other++) {
      shift += printable(other) ? 0 : 1;
    }
    return String.valueOf((char) (printable(value) ? value : 256 + shift));
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xac) || value >= 0xae;
  }
}
