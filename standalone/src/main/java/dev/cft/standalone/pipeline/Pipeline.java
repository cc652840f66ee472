package dev.cft.standalone.pipeline;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Upload → dataset → critiques → fine-tuning → evaluation of real rows.
public final class Pipeline {
  /// Rows of real text are long for a tokenizer of bytes; longer ones are cut.
  private static final int CUTOFF = 2048;

  private static final int BATCH = 8;
  private static final int ANSWER_TOKENS = 400;

  private final PlatformClient platform;
  private final PipelineRequest request;
  private final PrintWriter out;

  public Pipeline(PlatformClient platform, PipelineRequest request, PrintWriter out) {
    this.platform = platform;
    this.request = request;
    this.out = out;
  }

  /// Runs it and tells each result.
  public void run() throws InterruptedException, IOException {
    var critiques = critique(sampled());
    var model = train(critiques);
    if (request.eval().isPresent()) {
      evaluate(request.eval().get(), model);
    }
  }

  private String sampled() throws InterruptedException, IOException {
    var file = upload(request.data());
    var body = StoreJson.mapper().createObjectNode().put("file", file);
    body.set("fields", StoreJson.mapper().valueToTree(request.fields()));
    var dataset = made(platform.post("/v1/datasets", body));
    long rows = dataset.path("rows").asLong();
    out.printf("Dataset %s: %d rows%n", dataset.path("id").asString(), rows);
    if (rows <= request.rows()) {
      return dataset.path("id").asString();
    }
    var sample = "/v1/datasets/%s/sample".formatted(dataset.path("id").asString());
    var drawn = made(platform.post(sample, Map.of("size", request.rows(), "seed", 1)));
    out.printf("Sample %s: %d rows%n", drawn.path("id").asString(), drawn.path("rows").asLong());
    return drawn.path("id").asString();
  }

  /// A large one is made by a job.
  private JsonNode made(JsonNode dataset) throws InterruptedException {
    if (!dataset.path("status").asString().equals("writing")) {
      return dataset;
    }
    finished(dataset.path("job").asString());
    return platform.get("/v1/datasets/" + dataset.path("id").asString());
  }

  private JsonNode critique(String dataset) throws InterruptedException {
    var job =
        platform.post("/v1/critiques/jobs", Map.of("input", dataset, "teacher", "arithmetic"));
    var result = finished(job.path("id").asString()).path("result");
    out.printf(
        "Critiques %s: %d right, %d wrong, %d undecided, %d rejected%n",
        result.path("dataset").asString(),
        result.path("right").asLong(),
        result.path("wrong").asLong(),
        result.path("unparsed").asLong(),
        result.path("rejected").asLong());
    if (result.path("agreement").isNumber()) {
      out.printf(
          "The checker agrees with the published labels on %.1f %% of the rows it decides%n",
          100 * result.path("agreement").asDouble());
    }
    return result;
  }

  private String train(JsonNode critiques) throws InterruptedException, IOException {
    var source =
        request.train().isPresent()
            ? upload(request.train().get())
            : critiques.path("dataset").asString();
    var hyperparameters =
        Map.of(
            "max_steps",
            request.steps(),
            "batch_size",
            BATCH,
            "micro_batch_size",
            1,
            "cutoff_len",
            CUTOFF,
            "learning_rate",
            3e-4,
            "warmup_steps",
            2);
    var method = Map.of("type", "critique", "critique", Map.of("hyperparameters", hyperparameters));
    var job =
        platform.post(
            "/v1/fine_tuning/jobs",
            Map.of("model", request.model(), "training_file", source, "method", method, "seed", 1));
    var result = finished(job.path("id").asString()).path("result");
    var model = result.path("fine_tuned_model").asString();
    out.printf(
        "Model %s: %d tokens in %d steps, last loss %.3f%n",
        model,
        result.path("trained_tokens").asLong(),
        result.path("steps").asLong(),
        result.path("train_loss").asDouble());
    return model;
  }

  private void evaluate(Path file, String model) throws InterruptedException, IOException {
    var eval =
        platform.post(
            "/v1/evals", Map.of("name", file.getFileName().toString(), "input", upload(file)));
    for (var each : new String[] {request.model(), model}) {
      var run =
          platform.post(
              "/v1/evals/%s/runs".formatted(eval.path("id").asString()),
              Map.of("model", each, "limit", request.items(), "max_tokens", ANSWER_TOKENS));
      var result = finished(run.path("id").asString()).path("result");
      out.printf(
          "%-40s %d of %d right, 95 %% interval %.1f to %.1f %%%n",
          each,
          result.path("passed").asLong(),
          result.path("total").asLong(),
          100 * result.path("ci_low").asDouble(),
          100 * result.path("ci_high").asDouble());
    }
  }

  private String upload(Path file) throws IOException {
    var stored =
        platform.upload(file.getFileName().toString(), Files.readAllBytes(file), "user_data");
    out.printf(
        "File %s: %s, %d bytes%n",
        stored.path("id").asString(), file.getFileName(), stored.path("bytes").asLong());
    return stored.path("id").asString();
  }

  /// The job when it has succeeded.
  private JsonNode finished(String id) throws InterruptedException {
    var told = "";
    while (true) {
      var job = platform.get("/v1/jobs/" + id + "?wait=5s");
      var progress = job.path("progress");
      var line =
          "  %s %s %d of %d %s"
              .formatted(
                  id,
                  job.path("status").asString(),
                  progress.path("done").asLong(),
                  progress.path("total").asLong(),
                  progress.path("unit").asString(""));
      if (!line.equals(told)) {
        out.println(line);
        told = line;
      }
      switch (job.path("status").asString()) {
        case "succeeded" -> {
          return job;
        }
        case "failed", "cancelled" ->
            throw new JobEndedException(
                id, job.path("error").path("message").asString("cancelled"));
        default -> Thread.sleep(500);
      }
    }
  }
}
