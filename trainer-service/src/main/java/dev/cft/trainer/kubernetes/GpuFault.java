package dev.cft.trainer.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A GPU's error in a log, in words.
final class GpuFault {
  private static final Pattern XID = Pattern.compile("\\bXid *(?:\\([^)]*\\))? *: *(\\d+)");

  /// NVIDIA's catalogue of Xid errors, those that end a run.
  private static final Map<Integer, String> MEANINGS =
      Map.ofEntries(
          Map.entry(13, "a fault in a kernel of the program"),
          Map.entry(31, "the program read memory that is not its own"),
          Map.entry(43, "the GPU stopped the program after a fault of it"),
          Map.entry(48, "a double bit error in the GPU's memory"),
          Map.entry(63, "a page of the GPU's memory is to be retired"),
          Map.entry(64, "a page of the GPU's memory could not be retired"),
          Map.entry(74, "an error of the NVLink"),
          Map.entry(79, "the GPU has fallen off the bus"),
          Map.entry(94, "an error in the GPU's memory that was contained"),
          Map.entry(95, "an error in the GPU's memory that was not contained"),
          Map.entry(119, "the GPU's system processor does not answer"));

  private GpuFault() {}

  static Optional<String> in(String line) {
    Matcher found = XID.matcher(line);
    if (!found.find()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(found.group(1));
    return Optional.of(
        "the GPU reports Xid %d: %s"
            .formatted(number, MEANINGS.getOrDefault(number, "see NVIDIA's catalogue of Xids")));
  }
}
