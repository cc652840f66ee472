package dev.cft.standalone;

import picocli.CommandLine.Option;

/// `--model`, for commands that train one.
final class BaseModelOption {
  @Option(
      names = "--model",
      defaultValue = DemoBaseModel.NAME,
      paramLabel = "NAME",
      description =
          "Base model of every training; add your own with --base-model. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  String name() {
    return name;
  }
}
