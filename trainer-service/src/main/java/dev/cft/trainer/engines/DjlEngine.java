package dev.cft.trainer.engines;

import java.util.Optional;

/// Our own trainer on DJL: a CPU, or one GPU. `spec.json` is all that it reads.
final class DjlEngine implements Engine {
  static final String NAME = "djl";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String mainClass() {
    return "dev.cft.lm.cli.Train";
  }

  @Override
  public Optional<String> image() {
    return Optional.empty();
  }

  @Override
  public boolean usesSeveralGpus() {
    return false;
  }

  @Override
  public boolean trainsAdapters() {
    return true;
  }

  @Override
  public boolean continuesOthers() {
    return true;
  }

  @Override
  public Optional<String> prepare(Setup setup) {
    return Optional.empty();
  }
}
