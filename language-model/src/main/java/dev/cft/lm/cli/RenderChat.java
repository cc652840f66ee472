package dev.cft.lm.cli;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `cft model chat-template`: conversations as the texts that a model was trained with.
@Command(
    name = "chat-template",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Conversations as the texts that a model knows: lines {\"messages\":[{\"role\":…,\"content\":…},…]} in, lines {\"text\":…} out,",
      "which ./cft generate takes."
    })
final class RenderChat implements Callable<Integer> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ModelOption model;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The conversations. Default: standard input.")
  private @Nullable Path input;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description = "chatml, qwen or llama3 instead of the checkpoint's own.")
  private @Nullable String template;

  @Option(
      names = "--whole",
      description = "The text ends where the conversation does, and not where an answer begins.")
  private boolean whole;

  private final JsonLines out = new JsonLines();

  private record Conversation(@Nullable List<ChatMessage> messages) {}

  @Override
  public Integer call() throws IOException {
    var chat = template == null ? ChatTemplate.load(model.folder()) : ChatTemplate.named(template);
    JsonLines.read(
        input,
        line -> {
          var messages = MAPPER.readValue(line, Conversation.class).messages();
          if (messages == null || messages.isEmpty()) {
            throw new IllegalArgumentException("'messages' must be a list of at least one message");
          }
          out.print(Map.of("text", chat.render(messages, !whole)));
        });
    return 0;
  }
}
