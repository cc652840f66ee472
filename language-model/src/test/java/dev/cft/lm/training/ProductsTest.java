package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsTest {
  @ParameterizedTest
  @CsvSource({
    "GenuineIntel, avx512f avx512_bf16 avx512_fp16, FP32",
    "GenuineIntel, avx512f avx512_bf16 amx_bf16 amx_tile, BF16",
    "AuthenticAMD, avx512f avx512_bf16, BF16",
    "AuthenticAMD, avx2, FP32"
  })
  void bf16_runs_multiply_in_the_type_that_is_faster(
      String vendor, String flags, Products expected) {
    var cpuinfo = "processor\t: 0\nvendor_id\t: %s\nflags\t\t: fpu %s\n".formatted(vendor, flags);

    assertThat(Products.faster(cpuinfo)).isEqualTo(expected);
    assertThat(Products.of(MixedPrecision.FP32, "bf16")).isEqualTo(Products.FP32);
    assertThat(Products.of(MixedPrecision.BF16, "bf16")).isEqualTo(Products.BF16);
  }
}
