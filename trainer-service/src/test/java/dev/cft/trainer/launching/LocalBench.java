package dev.cft.trainer.launching;

import dev.cft.trainer.devices.Devices;
import java.time.InstantSource;
import java.util.List;

/// What a measurement of the local pool needs.
public final class LocalBench {
  private LocalBench() {}

  public static Launcher launcher(int slots) {
    return new LocalLauncher(
        LocalLauncherTest.settings(slots), new Devices(List.of()), InstantSource.system());
  }

  /// An engine that ends at once.
  public static final class Nothing {
    private Nothing() {}

    public static void main(String[] args) {}
  }
}
