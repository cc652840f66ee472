package dev.cft.trainer.trainingsets;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.ChatTemplate;
import dev.cft.lm.Tokenizer;
import dev.cft.lm.training.Example;
import dev.cft.lm.training.RowPreview;
import dev.cft.lm.training.RowPreview.Piece;
import dev.cft.store.datasets.DatasetRow.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads rows by a checkpoint's own tokenizer and chat template, as the engine will.
public final class ModelRowMeasure implements RowMeasure, AutoCloseable {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final int cutoff;

  private ModelRowMeasure(Tokenizer tokenizer, ChatTemplate template, int cutoff) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.cutoff = cutoff;
  }

  /// Reads tokenizer and template of the checkpoint.
  ///
  /// @throws dev.cft.lm.CheckpointException the tokenizer or template is missing or broken
  public static ModelRowMeasure open(Path checkpoint, int cutoff) {
    return new ModelRowMeasure(Tokenizer.load(checkpoint), ChatTemplate.load(checkpoint), cutoff);
  }

  @Override
  public Lengths of(TrainingRow row) {
    Example kept = example(row, cutoff);
    Example whole = example(row, Integer.MAX_VALUE);
    return new Lengths(whole.length(), whole.trainedTokens(), kept.length(), kept.trainedTokens());
  }

  /// A line of a training set, token by token.
  List<Piece> preview(String line) {
    var settings = new RowPreview.Settings(cutoff, Optional.empty(), false);
    return RowPreview.of(line, settings, tokenizer, template);
  }

  private Example example(TrainingRow row, int most) {
    return switch (row) {
      case TrainingRow.Chat(var messages) -> chat(messages, most);
      case TrainingRow.Completion(var prompt, var completion) -> example(prompt, completion, most);
      case TrainingRow.Text(var text) -> example("", text, most);
    };
  }

  private Example chat(List<Message> messages, int most) {
    List<ChatMessage> turns =
        messages.stream().map(turn -> new ChatMessage(turn.role(), turn.content())).toList();
    String prompt = template.render(turns.subList(0, turns.size() - 1), true);
    String whole = template.render(turns, false);
    if (!whole.startsWith(prompt)) {
      throw new IllegalArgumentException(
          "the model's chat template writes the prompt differently once the answer is there");
    }
    return example(prompt, whole.substring(prompt.length()), most);
  }

  private Example example(String prompt, String target, int most) {
    int[] promptTokens = prompt.isEmpty() ? new int[0] : tokenizer.encode(prompt);
    return Example.of(promptTokens, tokenizer.encode(target), most, false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
