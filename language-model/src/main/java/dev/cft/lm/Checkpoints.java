package dev.cft.lm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Checks checkpoint folders without loading their weights.
public final class Checkpoints {
  private static final List<String> HASHED =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          WeightFiles.INDEX);

  private Checkpoints() {}

  /// Reads config, tokenizer, template and the headers of the weights, and hashes all of it.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static CheckpointInfo inspect(Path folder) {
    var config = check(folder);
    var stored = new StoredWeights(folder, config).all();
    long parameters = ParameterLayout.of(config).stream().mapToLong(Parameter::elements).sum();
    var dtypes = stored.stream().map(tensor -> tensor.type().name()).distinct().sorted();
    var files =
        stored.stream().map(StoredTensor::file).collect(Collectors.toCollection(TreeSet::new));
    HASHED.stream().map(folder::resolve).filter(Files::exists).forEach(files::add);
    return new CheckpointInfo(
        config,
        parameters,
        dtypes.collect(Collectors.joining(",")),
        stored.stream().mapToLong(StoredTensor::length).sum(),
        sha256(files));
  }

  /// Reads config, tokenizer, template and the headers of the weights.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static ModelConfig check(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(folder, "is no folder");
    }
    var config = ConfigReader.read(folder);
    Tokenizer.load(folder).close();
    ChatTemplate.load(folder);
    new StoredWeights(folder, config);
    return config;
  }

  private static String sha256(Iterable<Path> files) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var file : files) {
        digest.update(
            (file.getFileName() + "\n" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
        update(digest, file);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    var block = ByteBuffer.allocate(1 << 20);
    try (var channel = FileChannel.open(file)) {
      while (channel.read(block) >= 0) {
        digest.update(block.flip());
        block.clear();
      }
    }
  }
}
