package dev.cft.eval.benchmarks;

import dev.cft.store.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Files of Hugging Face datasets, fetched once, checked and kept.
@Component
class HubFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HubFiles.class);
  private static final int MOST_REDIRECTS = 5;

  private final BenchmarkSettings settings;
  private final Environment environment;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(20))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HubFiles(BenchmarkSettings settings, Environment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /// Where the file is kept, whether or not it is there.
  Path place(Source.HubFile file) {
    return settings
        .cache()
        .resolve(file.dataset().replace("/", "--"))
        .resolve(file.revision().replace("/", "--"))
        .resolve(file.path().replace("/", "--"));
  }

  /// The file, fetched unless it is kept.
  ///
  /// @throws BenchmarkException why it cannot be had, and what to do
  synchronized Path get(Source.HubFile file) {
    var kept = place(file);
    if (Files.exists(kept)) {
      return kept;
    }
    if (!settings.fetch()) {
      throw new BenchmarkException(
          "fetching_is_off", "cft.eval.benchmarks.fetch is false: nothing is fetched");
    }
    try {
      Files.createDirectories(kept.getParent());
      var part = Files.createTempFile(kept.getParent(), "part", null);
      try {
        fetch(file, part);
        Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      LOG.info("Fetched {} of {} at {}", file.path(), file.dataset(), file.revision());
      return kept;
    } catch (IOException e) {
      throw failed(file, e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(file, "interrupted");
    }
  }

  private BenchmarkException failed(Source.HubFile file, String why) {
    return new BenchmarkException(
        "fetch_failed",
        "%s of dataset %s cannot be fetched from %s: %s"
            .formatted(file.path(), file.dataset(), hub(), why));
  }

  private void fetch(Source.HubFile file, Path part) throws IOException, InterruptedException {
    var uri =
        URI.create(
            "%s/datasets/%s/resolve/%s/%s"
                .formatted(
                    hub().toString().replaceAll("/+$", ""),
                    file.dataset(),
                    file.revision().replace("/", "%2F"),
                    file.path().replace(" ", "%20")));
    var response = follow(uri);
    try (var body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException(meaning(response.statusCode()));
      }
      copy(file, body, part);
    }
  }

  private String meaning(int status) {
    return switch (status) {
      case 401, 403 ->
          "the hub answered %d; accept the dataset's terms there and set %s"
              .formatted(status, settings.hubTokenEnv());
      case 404 -> "the hub answered 404; it has no such dataset, revision or file";
      default -> "the hub answered " + status;
    };
  }

  /// Redirects are followed by hand: the token goes to the hub only, never to where it sends us.
  private HttpResponse<InputStream> follow(URI start) throws IOException, InterruptedException {
    var uri = start;
    for (var i = 0; i <= MOST_REDIRECTS; i++) {
      var request = HttpRequest.newBuilder(uri).timeout(settings.fetchTimeout()).GET();
      var token = token();
      if (token != null && sameHost(uri, hub())) {
        request.header("Authorization", "Bearer " + token);
      }
      var response = http.send(request.build(), BodyHandlers.ofInputStream());
      var next = response.headers().firstValue("location");
      if (response.statusCode() / 100 != 3 || next.isEmpty()) {
        return response;
      }
      response.body().close();
      uri = uri.resolve(next.get());
      if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
        throw new IOException("the hub sends elsewhere than to http or https");
      }
    }
    throw new IOException("the hub redirects more than %d times".formatted(MOST_REDIRECTS));
  }

  private URI hub() {
    return settings.hub() != null
        ? settings.hub()
        : URI.create(environment.getProperty("HF_ENDPOINT", "https://huggingface.co"));
  }

  private static boolean sameHost(URI a, URI b) {
    return java.util.Objects.equals(a.getHost(), b.getHost()) && a.getPort() == b.getPort();
  }

  private @Nullable String token() {
    var token = environment.getProperty(settings.hubTokenEnv());
    return token == null || token.isBlank() ? null : token.strip();
  }

  private void copy(Source.HubFile file, InputStream body, Path part) throws IOException {
    var sum = new Sha256();
    var left = settings.mostBytes().toBytes();
    try (var out = Files.newOutputStream(part)) {
      var buffer = new byte[1 << 16];
      for (var n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        left -= n;
        if (left < 0) {
          throw new IOException("it has more than %s".formatted(settings.mostBytes()));
        }
        sum.digest().update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    var got = sum.hex();
    if (file.sha256() != null && !file.sha256().equals(got)) {
      throw new IOException(
          "its SHA-256 is %s and must be %s; nothing was kept".formatted(got, file.sha256()));
    }
  }
}
