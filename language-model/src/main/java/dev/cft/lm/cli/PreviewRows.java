package dev.cft.lm.cli;

import dev.cft.lm.ChatTemplate;
import dev.cft.lm.Tokenizer;
import dev.cft.lm.training.RowPreview;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cft model preview`: what training makes of rows.
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What training makes of rows: lines {\"messages\":[…]} in; out {\"tokens\":[…],\"mask\":[…],\"text\":[…]},",
      "where mask is 1 for a token that has a loss, and text is each token alone."
    })
final class PreviewRows implements Callable<Integer> {
  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ModelOption model;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The rows. Default: standard input.")
  private @Nullable Path input;

  @Option(
      names = {"--cutoff-len", "--cutoff_len"},
      defaultValue = "2048",
      paramLabel = "N",
      description = "Most tokens of a row. Default: ${DEFAULT-VALUE}.")
  private int cutoffLen;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description = "chatml, qwen or llama3 instead of the checkpoint's own chat template.")
  private @Nullable String template;

  @Option(
      names = {"--default-system", "--default_system"},
      paramLabel = "TEXT",
      description = "The system prompt of rows without one.")
  private @Nullable String defaultSystem;

  @Option(
      names = {"--train-on-prompt", "--train_on_prompt"},
      description = "The prompt has a loss too.")
  private boolean trainOnPrompt;

  private final JsonLines out = new JsonLines();

  @Override
  public Integer call() throws IOException {
    var chat = template == null ? ChatTemplate.load(model.folder()) : ChatTemplate.named(template);
    var settings =
        new RowPreview.Settings(cutoffLen, Optional.ofNullable(defaultSystem), trainOnPrompt);
    try (var tokenizer = Tokenizer.load(model.folder())) {
      JsonLines.read(input, line -> out.print(row(RowPreview.of(line, settings, tokenizer, chat))));
    }
    return 0;
  }

  private static Map<String, Object> row(List<RowPreview.Piece> pieces) {
    var row = new LinkedHashMap<String, Object>();
    row.put("tokens", pieces.stream().mapToInt(RowPreview.Piece::token).toArray());
    row.put("mask", pieces.stream().mapToInt(piece -> piece.trained() ? 1 : 0).toArray());
    row.put("text", pieces.stream().map(RowPreview.Piece::text).toList());
    return row;
  }
}
