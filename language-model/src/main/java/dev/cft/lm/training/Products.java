package dev.cft.lm.training;

import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The type in which a bf16 run multiplies matrices.
///
/// bf16 is not always the faster one: an Intel Xeon with AVX512_BF16 and no AMX multiplied at 160
/// GFLOP/s in bf16 and 300 in fp32, an AMD EPYC at 910 and 210. Where fp32 is faster, bf16 numbers
/// are widened for the product, which loses nothing.
enum Products {
  FP32(6),
  BF16(15);

  /// PyTorch's number of the type (`c10/core/ScalarType.h`).
  private final int torchType;

  Products(int torchType) {
    this.torchType = torchType;
  }

  int torchType() {
    return torchType;
  }

  /// By the spec's `bf16_products`: `auto`, `bf16` or `fp32`.
  static Products of(MixedPrecision precision, String wanted) {
    if (precision == MixedPrecision.FP32) {
      return FP32;
    }
    if (Torch.device().isGpu()) {
      return BF16;
    }
    return wanted.equals("auto") ? faster(processor()) : valueOf(wanted.toUpperCase(Locale.ROOT));
  }

  /// The faster type on a processor, from the text of `/proc/cpuinfo`.
  static Products faster(String cpuinfo) {
    var flags = Set.copyOf(List.of(firstValue(cpuinfo, "flags").split(" ", -1)));
    boolean amd = firstValue(cpuinfo, "vendor_id").equals("AuthenticAMD");
    return flags.contains("amx_bf16") || (amd && flags.contains("avx512_bf16")) ? BF16 : FP32;
  }

  private static String firstValue(String cpuinfo, String name) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static String processor() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException _) {
      return "";
    }
  }
}
