package dev.cft.lm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cft.lm.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandsTest {
  private static final String MODEL = TinyModels.folder("qwen2").toString();

  @TempDir Path temporary;

  private record Outcome(int exit, List<String> out, String err) {
    JsonNode line(int index) {
      return new JsonMapper().readTree(out.get(index));
    }
  }

  private Outcome run(String command, String... arguments)
      throws IOException, InterruptedException {
    var words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
    words.add("dev.cft.lm.cli." + command);
    words.addAll(List.of(arguments));
    var err = temporary.resolve("err");
    var process = new ProcessBuilder(words).redirectError(err.toFile()).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out.lines().toList(), Files.readString(err));
  }

  private Path input(String... lines) throws IOException {
    return Files.write(temporary.resolve("input.jsonl"), List.of(lines));
  }

  @Test
  void generate_answers_every_line_in_order_with_json_and_nothing_else() throws Exception {
    var golden = TinyModels.golden("qwen2");
    var input =
        input(
            "{\"tokens\":%s,\"max_tokens\":200}".formatted(golden.path("rows").path(2)),
            "{\"text\":\"What is\",\"max_tokens\":3,\"temperature\":1,\"seed\":5,\"stop\":[\"zzz\"]}");

    var outcome = run("Generate", "--model", MODEL, "--input", input.toString(), "--threads", "1");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).hasSize(2);
    assertThat(outcome.line(0).path("tokens")).isEqualTo(golden.path("greedy").path(2));
    assertThat(outcome.line(0).path("finish_reason").asString()).isEqualTo("length");
    assertThat(outcome.line(1).path("tokens")).hasSize(3);
  }

  @Test
  void score_gives_the_loss_of_transformers() throws Exception {
    var golden = TinyModels.golden("qwen2");
    var input =
        input(
            golden
                .path("rows")
                .valueStream()
                .map("{\"tokens\":%s}"::formatted)
                .toArray(String[]::new));

    var outcome = run("Score", "--model", MODEL, "--input", input.toString(), "--threads", "1");

    assertThat(outcome.exit()).isZero();
    double sum = 0;
    int count = 0;
    for (int row = 0; row < 3; row++) {
      var logprobs = outcome.line(row).path("logprobs");
      assertThat(logprobs.path(0).isNull()).isTrue();
      for (int i = logprobs.size() / 3; i < logprobs.size(); i++) {
        sum -= logprobs.path(i).doubleValue();
        count++;
      }
    }
    assertThat(sum / count).isCloseTo(golden.path("loss").doubleValue(), within(1e-5));
  }

  @Test
  void wrong_input_ends_with_42_and_a_message() throws Exception {
    var badLine =
        run(
            "Generate",
            "--model",
            MODEL,
            "--input",
            input("{\"text\":\"a\"}", "{\"txt\":1}").toString());
    var badModel =
        run(
            "Score",
            "--model",
            temporary.toString(),
            "--input",
            input("{\"text\":\"a\"}").toString());
    var badOption = run("Generate", "--model", MODEL, "--modle", "x");

    assertThat(List.of(badLine.exit(), badModel.exit(), badOption.exit())).containsOnly(42);
    assertThat(badLine.err()).contains("line 2: ", "txt");
    assertThat(badModel.err()).contains("tokenizer.json: the tokenizer is missing");
    assertThat(badOption.err()).contains("Unknown option", "'--modle'");
    assertThat(badLine.out()).isEmpty();
  }

  @Test
  void answers_may_be_sampled_limited_and_explained() throws Exception {
    var input =
        input(
            "{\"text\":\"What is\",\"max_tokens\":4,\"n\":2,\"temperature\":1,\"top_k\":5,\"seed\":3}",
            "{\"text\":\"What is\",\"max_tokens\":4,\"temperature\":1,\"top_k\":5,\"seed\":4,\"logprobs\":2}",
            "{\"text\":\"What is\",\"max_tokens\":200,\"max_seconds\":0.000001}");

    var outcome = run("Generate", "--model", MODEL, "--input", input.toString(), "--threads", "1");

    assertThat(outcome.out()).hasSize(4);
    assertThat(outcome.line(2).path("tokens")).isEqualTo(outcome.line(1).path("tokens"));
    var first = outcome.line(2).path("logprobs").path(0);
    assertThat(first.path("token")).isEqualTo(outcome.line(2).path("tokens").path(0));
    assertThat(first.path("likeliest")).hasSize(2);
    assertThat(first.path("value").doubleValue()).isNegative();
    assertThat(outcome.line(3).path("finish_reason").asString()).isEqualTo("time");
  }

  @Test
  void a_model_is_inspected_converted_and_computes_the_same() throws Exception {
    var sharded = TinyModels.folder("qwen2-untied").toString();
    var joined = temporary.resolve("joined").toString();

    var converted = run("Model", "convert", sharded, joined, "--dtype", "F32");
    var again = run("Model", "convert", sharded, joined);
    var inspected = run("Model", "inspect", joined);

    assertThat(converted.exit()).isZero();
    assertThat(Path.of(joined, "model.safetensors")).exists();
    assertThat(again.exit()).isEqualTo(42);
    assertThat(again.err()).contains("exists already");
    assertThat(inspected.line(0).path("sha256")).isEqualTo(converted.line(0).path("sha256"));
    assertThat(inspected.line(0).path("config").path("architecture").asString())
        .isEqualTo("Qwen2ForCausalLM");
  }

  @Test
  void rows_are_previewed_and_chats_rendered_as_the_model_knows_them() throws Exception {
    var chat =
        input(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"7\"}]}");

    var preview = run("Model", "preview", "--model", MODEL, "--input", chat.toString());
    var text = run("Model", "chat-template", "--model", MODEL, "--input", chat.toString());

    var mask = preview.line(0).path("mask");
    assertThat(mask).hasSameSizeAs(preview.line(0).path("tokens"));
    assertThat(mask.path(0).intValue()).isZero();
    assertThat(mask.path(mask.size() - 1).intValue()).isOne();
    assertThat(text.line(0).path("text").asString())
        .isEqualTo(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n7<|im_end|>\n<|im_start|>assistant\n");
  }
}
