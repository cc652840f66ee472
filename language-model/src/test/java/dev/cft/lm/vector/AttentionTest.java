package dev.cft.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.Torch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention against softmax and sums in doubles, in caches that hold NaN before.
@EnabledOnOs(OS.LINUX)
class AttentionTest {
  private static final int HEADS = 2;
  private static final int SIZE = 64;
  private static final int SLOTS = 256;
  private static final int[] LENGTHS = {1, 31, 97, 200};
  private static final int LONGEST = 200;
  private static final int ROWS = LENGTHS.length;

  private final Random random = new Random(4);

  /// `[rows, positions, HEADS * (group + 2), SIZE]`.
  private float[][][] projected = new float[0][][];

  private interface Newest {
    void attend(AttentionHeads.Layer layer, Piece newest, int task);
  }

  @BeforeEach
  void pytorch_is_loaded() {
    assertThat(Torch.engine()).isNotNull();
    assumeTrue(AttentionHeads.fits(SIZE), "vectors longer than these heads");
  }

  /// Draws what tokens are projected to.
  ///
  /// @param growth what the keys' first number gains from token to token, which the queries see
  private void draw(int group, float growth) {
    int numbers = HEADS * (group + 2) * SIZE;
    projected = new float[ROWS][LONGEST + 1][numbers];
    for (var row : projected) {
      for (int t = 0; t < row.length; t++) {
        for (int i = 0; i < numbers; i++) {
          row[t][i] = bf16((float) random.nextGaussian());
        }
        for (int head = 0; head < HEADS * (group + 1); head++) {
          row[t][head * SIZE] = head < HEADS * group ? 8 : bf16(growth * t);
        }
      }
    }
  }

  private static float bf16(float value) {
    return Float.intBitsToFloat(Float.floatToIntBits(value) & 0xffff0000);
  }

  private static Numbers numbers(int count, boolean bf16) {
    var numbers = new Numbers(Arena.ofAuto().allocate((bf16 ? 2L : 4L) * count, 64), bf16);
    var unused = new float[count];
    Arrays.fill(unused, Float.NaN);
    numbers.write(unused, 0, count, 0);
    return numbers;
  }

  private static CachedAttention.Slots slots(boolean bf16) {
    return new CachedAttention.Slots(numbers(ROWS * HEADS * SLOTS * 2 * SIZE, bf16), 0, SLOTS);
  }

  private static BlockAttention.Blocks blocks(BlockAttention attention, boolean bf16) {
    int each = Math.toIntExact(attention.blockBytes() / (bf16 ? 2 : 4));
    var blocks = new MemorySegment[ROWS * HEADS][SLOTS / BlockAttention.TOKENS];
    for (var head : blocks) {
      Arrays.setAll(head, _ -> numbers(each, bf16).memory());
    }
    return (row, head, index) -> blocks[row * HEADS + head][index];
  }

  private static AttentionHeads.Layer layer(float[][] tokens, boolean bf16, int group) {
    var projected = numbers(tokens.length * HEADS * (group + 2) * SIZE, false);
    for (int i = 0; i < tokens.length; i++) {
      projected.write(tokens[i], 0, tokens[i].length, (long) i * tokens[i].length);
    }
    var result = numbers(tokens.length * HEADS * group * SIZE, bf16);
    return new AttentionHeads.Layer(projected, Optional.empty(), Optional.empty(), result);
  }

  /// The cosines of no turn.
  private static float[] cos() {
    var ones = new float[SLOTS * SIZE / 2];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[] sin() {
    return new float[SLOTS * SIZE / 2];
  }

  private void check(AttentionHeads.Layer layer, int index, int row, int position, int group) {
    boolean bf16 = layer.result().bf16();
    for (int head = 0; head < HEADS * group; head++) {
      double[] expected = attention(row, position, head, group);
      for (int i = 0; i < SIZE; i++) {
        double actual = layer.result().read(((long) index * HEADS * group + head) * SIZE + i);
        assertThat(actual)
            .as("row %d, position %d, head %d, number %d", row, position, head, i)
            .isCloseTo(expected[i], within(bf16 ? Math.abs(expected[i]) / 100 + 1e-2 : 5e-4));
      }
    }
  }

  private double[] attention(int row, int position, int head, int group) {
    var tokens = projected[row];
    int key = HEADS * group + head / group;
    var scores = new double[position + 1];
    for (int t = 0; t <= position; t++) {
      for (int i = 0; i < SIZE; i++) {
        scores[t] += (double) tokens[position][head * SIZE + i] * tokens[t][key * SIZE + i];
      }
      scores[t] /= Math.sqrt(SIZE);
    }
    double most = Arrays.stream(scores).max().orElseThrow();
    double sum = Arrays.stream(scores).map(score -> Math.exp(score - most)).sum();
    var result = new double[SIZE];
    for (int t = 0; t <= position; t++) {
      double weight = Math.exp(scores[t] - most) / sum;
      for (int i = 0; i < SIZE; i++) {
        result[i] += weight * tokens[t][(key + HEADS) * SIZE + i];
      }
    }
    return result;
  }

  private void steps(Newest attention, boolean bf16, int group) {
    for (int position = 0; position <= LONGEST; position++) {
      var tokens = new float[ROWS][];
      for (int row = 0; row < ROWS; row++) {
        tokens[row] = projected[row][position];
      }
      var positions = new long[ROWS];
      Arrays.fill(positions, position);
      var layer = layer(tokens, bf16, group);
      var newest = Piece.ofNewest(positions);
      Brgemm.tiled(() -> {
        for (int task = 0; task < ROWS * HEADS; task++) {
          attention.attend(layer, newest, task);
        }
      });
      if (position % 21 == 0 || position == LONGEST) {
        for (int row = 0; row < ROWS; row++) {
          check(layer, row, row, position, group);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 3", "true, 1", "true, 3", "true, 6"})
  void newest_tokens_attend_by_vectors(boolean bf16, int group) {
    draw(group, 0);

    var attention = new CachedAttention(new AttentionHeads(HEADS * group, HEADS, SIZE), bf16);
    var slots = slots(bf16);
    steps(
        (layer, newest, task) -> attention.attend(layer, slots, cos(), sin(), newest, task),
        bf16,
        group);
  }

  /// With growth the newest scores are hundreds above the first.
  @ParameterizedTest
  @CsvSource({"false, 1, 0", "false, 3, 2", "true, 1, 0", "true, 3, 0", "true, 6, 2"})
  void newest_tokens_attend_by_blocks(boolean bf16, int group, float growth) {
    assumeTrue(Brgemm.available(bf16), "no products of blocks in this processor");
    draw(group, growth);

    var attention = new BlockAttention(new AttentionHeads(HEADS * group, HEADS, SIZE), bf16);
    var blocks = blocks(attention, bf16);
    steps(
        (layer, newest, task) -> attention.attendNewest(layer, blocks, cos(), sin(), newest, task),
        bf16,
        group);
  }

  @ParameterizedTest
  @CsvSource({"false, 1, 0", "false, 3, 2", "true, 1, 0", "true, 3, 2", "true, 6, 0"})
  void prompts_attend_by_blocks_piece_after_piece(boolean bf16, int group, float growth) {
    assumeTrue(Brgemm.available(bf16), "no products of blocks in this processor");
    draw(group, growth);
    var attention = new BlockAttention(new AttentionHeads(HEADS * group, HEADS, SIZE), bf16);
    var blocks = blocks(attention, bf16);
    for (int start = 0; start < LONGEST; start += 75) {
      int from = start;
      int[] counts =
          Arrays.stream(LENGTHS).map(length -> Math.clamp(length - from, 0, 75)).toArray();
      var starts = new int[ROWS];
      Arrays.fill(starts, start);
      var piece = Piece.ofPrompts(starts, counts);
      var tokens = new float[piece.size()][];
      for (int row = 0; row < ROWS; row++) {
        for (int t = 0; t < counts[row]; t++) {
          tokens[piece.last(row) - counts[row] + 1 + t] = projected[row][start + t];
        }
      }
      var layer = layer(tokens, bf16, group);

      Brgemm.tiled(() -> {
        for (int task = 0; task < attention.rememberTasks(piece); task++) {
          attention.remember(layer, blocks, cos(), sin(), piece, task);
        }
        for (int task = 0; task < attention.attendTasks(piece); task++) {
          attention.attend(layer, blocks, cos(), sin(), piece, task);
        }
      });

      for (int row = 0; row < ROWS; row++) {
        for (int t = 0; t < counts[row]; t += 7) {
          check(layer, piece.last(row) - counts[row] + 1 + t, row, start + t, group);
        }
      }
    }
  }
}
