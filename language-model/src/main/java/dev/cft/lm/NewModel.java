package dev.cft.lm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Makes a checkpoint with random weights, to pretrain a model from nothing.
public final class NewModel {
  private NewModel() {}

  /// Adds `model.safetensors` to a folder that holds `config.json` and a tokenizer.
  ///
  /// Matrices and embeddings are drawn from N(0, deviation²), biases are 0, norms are 1. The two
  /// matrices of a layer that write to the residual stream get deviation / √(2 · layers), so that
  /// its size does not grow with depth (GPT-2, section 2.3).
  ///
  /// @throws CheckpointException if the config or the tokenizer cannot be read
  /// @throws IOException if there are weights already, or the folder cannot be written
  public static void write(Path folder, double deviation, long seed) throws IOException {
    var config = ConfigReader.read(folder);
    Tokenizer.load(folder).close();
    var random = new SplittableRandom(seed);
    double residual = deviation / Math.sqrt(2.0 * config.layers());
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (var parameter : ParameterLayout.of(config)) {
      for (var part : parameter.parts()) {
        boolean writesResidual =
            part.name().endsWith("o_proj.weight") || part.name().endsWith("down_proj.weight");
        tensors.add(
            new SafetensorsWriter.Tensor(
                part.name(),
                part.shape(),
                () -> drawn(part, writesResidual ? residual : deviation, random)));
      }
    }
    try {
      SafetensorsWriter.write(folder.resolve(WeightFiles.SINGLE), tensors);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(folder.resolve(WeightFiles.SINGLE));
      throw e;
    }
  }

  private static ByteBuffer drawn(Parameter.Part part, double deviation, RandomGenerator random) {
    var bytes = Decoder.floats(part.elements());
    var floats = bytes.asFloatBuffer();
    boolean matrix = part.shape().size() > 1;
    float constant = part.name().endsWith(".bias") ? 0 : 1;
    while (floats.hasRemaining()) {
      floats.put(matrix ? (float) random.nextGaussian(0, deviation) : constant);
    }
    return bytes;
  }
}
