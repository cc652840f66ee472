package dev.cft.standalone;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.pipeline.Pipeline;
import dev.cft.standalone.pipeline.PipelineRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cft pipeline`: real rows through the whole flow.
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs real rows through the whole flow: upload, dataset, critiques by the built-in checker, fine-tuning on critiques, evaluation before and after.",
      "With published right/wrong labels (--field correct=…) it tells how often the checker agrees. It is a check of the flow; a model of 0.6 million parameters does not learn GSM8K."
    },
    footer = {
      "",
      "Examples:",
      "  ./cft pipeline --data rows.jsonl",
      "  ./cft pipeline --data example_model_solutions.jsonl --field answer=ground_truth \\",
      "      --field response=175b_verification.solution --field correct=175b_verification.is_correct \\",
      "      --train DSR-CFT-p0.jsonl --eval test.jsonl",
      "",
      "Exit codes: 1 a job failed; 2 a file is missing, port taken, data folder in use or mistyped option."
    })
final class PipelineCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "JSONL rows with question, answer and response, and perhaps correct.")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(
      names = "--field",
      paramLabel = "FIELD=SOURCE",
      description =
          "Where the rows have question, answer, response or correct; a source may be a path, a.b.")
  private Map<String, String> fields = new LinkedHashMap<>();

  @Option(
      names = "--limit",
      defaultValue = "200",
      paramLabel = "N",
      description = "Rows drawn from the file. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description =
          "Train on these critique conversations (messages) instead of the critiques just made.")
  private @Nullable Path train;

  @Option(
      names = "--steps",
      defaultValue = "10",
      paramLabel = "N",
      description = "Optimiser steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--eval",
      paramLabel = "FILE",
      description = "JSONL rows with question and answer to test on before and after.")
  private @Nullable Path eval;

  @Option(
      names = "--eval-limit",
      defaultValue = "20",
      paramLabel = "N",
      description = "At most so many of them. Default: ${DEFAULT-VALUE}.")
  private int items;

  @Mixin private final BaseModelOption model = new BaseModelOption();
  @Mixin private final PlatformAddress address = new PlatformAddress();
  @Mixin private final ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    for (var file : new Path[] {data, train, eval}) {
      if (file != null && !Files.isReadable(file)) {
        throw new ParameterException(spec.commandLine(), "there is no file " + file);
      }
    }
    var request =
        new PipelineRequest(
            data,
            fields,
            limit,
            Optional.ofNullable(train),
            steps,
            Optional.ofNullable(eval),
            items,
            model.name());
    var running = address.named();
    if (running.isPresent()) {
      new Pipeline(running.get(), request, out).run();
      return 0;
    }
    try (var session = new Session(server.platform(address.folderOr("pipeline")), out)) {
      var access = session.access();
      out.printf("Ready in %.1f s%n", access.startedIn().toMillis() / 1000.0);
      new Pipeline(new PlatformClient(access.address(), access.key()), request, out).run();
    }
    return 0;
  }
}
