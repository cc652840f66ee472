package dev.cft.critiques.operations;

import dev.cft.store.Sha256;
import dev.cft.store.datasets.DatasetRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Drops rows whose texts were there before, white space aside: by 128 bits of their SHA-256 in an
/// open hash table.
final class DuplicateStep implements Step {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private final List<RowField> fields;
  private final long mask;
  private final MappedLongs table;

  DuplicateStep(Operation.Deduplicate operation, int rows, Path folder) {
    this.fields = operation.fields();
    var slots = Math.max(16, Long.highestOneBit(rows) * 4);
    this.mask = slots - 1;
    this.table = new MappedLongs(folder, 2 * slots);
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    var hash = hash(row);
    var high = hash.getLong(0);
    // Zero marks an empty slot.
    var low = hash.getLong(8) == 0 ? 1 : hash.getLong(8);
    for (var slot = high & mask; ; slot = (slot + 1) & mask) {
      if (table.get(2 * slot + 1) == 0) {
        table.set(2 * slot, high);
        table.set(2 * slot + 1, low);
        return true;
      }
      if (table.get(2 * slot) == high && table.get(2 * slot + 1) == low) {
        return false;
      }
    }
  }

  private ByteBuffer hash(DatasetRow row) {
    var digest = new Sha256();
    for (var field : fields) {
      var text = field.of(row);
      var plain = text == null ? "" : SPACE.matcher(text).replaceAll(" ").strip();
      digest
          .add(plain.getBytes(StandardCharsets.UTF_8))
          .add(new byte[] {(byte) (text == null ? 1 : 0)});
    }
    return ByteBuffer.wrap(digest.digest().digest());
  }

  @Override
  public void close() {
    table.close();
  }
}
