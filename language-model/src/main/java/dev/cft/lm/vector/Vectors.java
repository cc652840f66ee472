package dev.cft.lm.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/// Whether this JVM turns the Vector API into vector instructions.
public final class Vectors {
  private static final String MODULE = "jdk.incubator.vector";

  private Vectors() {}

  /// True if the module was added (`--add-modules jdk.incubator.vector`), the optimising compiler
  /// is not turned off (`-XX:TieredStopAtLevel=1`: a hundred times slower than not to use vectors),
  /// and PyTorch computes by GNU OpenMP.
  public static boolean available() {
    return ModuleLayer.boot().findModule(MODULE).isPresent() && optimised() && OpenMp.available();
  }

  private static boolean optimised() {
    try {
      var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return options != null && "4".equals(options.getVMOption("TieredStopAtLevel").getValue());
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
