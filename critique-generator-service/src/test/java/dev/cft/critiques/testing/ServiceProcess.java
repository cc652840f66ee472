package dev.cft.critiques.testing;

import dev.cft.critiques.CritiqueGeneratorApplication;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/// The service in a process of its own, so that it can be killed.
public final class ServiceProcess implements AutoCloseable {
  private final Process process;
  private final Api api;

  private ServiceProcess(Process process, Api api) {
    this.process = process;
    this.api = api;
  }

  /// Starts it; [#awaitReady] waits until it answers.
  ///
  /// @param properties of teachers and others; jobs' lease is 8 s where they do not say
  public static ServiceProcess start(
      JdbcConnectionDetails database, Map<String, String> properties, Path folder)
      throws IOException {
    var port = freePort();
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CritiqueGeneratorApplication.class.getName(),
                "--server.port=" + port,
                "--spring.datasource.url=" + database.getJdbcUrl(),
                "--spring.datasource.username=" + database.getUsername(),
                "--spring.datasource.password=" + database.getPassword(),
                "--cft.operator-key=" + Api.KEY,
                "--cft.artifacts.dir=" + folder,
                "--cft.jobs.heartbeat=1s"));
    var all = new HashMap<>(Map.of("cft.jobs.lease", "8s"));
    all.putAll(properties);
    all.forEach((name, value) -> command.add("--" + name + "=" + value));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TEACHER_KEY", "sk-teacher-secret");
    builder.redirectOutput(folder.resolve("service-" + port + ".log").toFile());
    return new ServiceProcess(builder.start(), new Api(port));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  public ServiceProcess awaitReady() throws InterruptedException {
    api.awaitReady(process, 180);
    return this;
  }

  public Api api() {
    return api;
  }

  public long pid() {
    return process.pid();
  }

  /// SIGKILL.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
