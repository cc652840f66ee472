package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuFaultTest {
  @Test
  void an_Xid_is_told_in_words() {
    assertThat(GpuFault.in("[ 12.5] NVRM: Xid (PCI:0000:3b:00): 79, pid=4711, GPU has fallen off"))
        .hasValue("the GPU reports Xid 79: the GPU has fallen off the bus");
  }

  @Test
  void one_that_we_have_no_words_for_names_where_they_are() {
    assertThat(GpuFault.in("NVRM: Xid (PCI:0000:3b:00): 154"))
        .hasValue("the GPU reports Xid 154: see NVIDIA's catalogue of Xids");
  }

  @Test
  void other_lines_are_none() {
    assertThat(GpuFault.in("step 79 of 100: Xids are no words of ours")).isEmpty();
  }
}
