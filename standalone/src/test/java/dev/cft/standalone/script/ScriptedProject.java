package dev.cft.standalone.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A project with the real `cft` in it and little else, on a machine where no JDK 25 is found.
record ScriptedProject(Path dir) {
  static ScriptedProject in(Path dir) throws IOException {
    var project = new ScriptedProject(dir);
    Files.createDirectories(project.root());
    copy(Path.of("..", "cft"), project.root().resolve("cft"));
    Files.writeString(
        project.root().resolve("pom.xml"), "<project>\n  <version>9.9</version>\n</project>\n");
    return project;
  }

  record Run(int status, String output) {}

  Path root() {
    return dir.resolve("project");
  }

  Path cachedJdk() {
    return dir.resolve("cache/cft/jdk-25");
  }

  /// What the script keeps in its cache.
  List<String> kept() throws IOException {
    try (var files = Files.list(dir.resolve("cache/cft"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /// Lets the project look as after a build.
  void looksBuilt() throws IOException {
    Files.createDirectories(root().resolve("standalone/target"));
    Files.createDirectories(root().resolve("target"));
    Files.writeString(root().resolve("standalone/target/standalone-9.9.jar"), "");
    Files.writeString(root().resolve("target/cft-build.stamp"), "");
  }

  Run cft(Map<String, String> environment, String... arguments) throws Exception {
    return finish(start(environment, arguments));
  }

  Process start(Map<String, String> environment, String... arguments) throws IOException {
    var command = Stream.concat(Stream.of(root() + "/cft"), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", dir.toString());
    builder.environment().put("XDG_CACHE_HOME", dir.resolve("cache").toString());
    builder.environment().put("CFT_JDK_PLACES", "");
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Run run(String... command) throws Exception {
    return finish(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  static Run finish(Process process) throws Exception {
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), output);
  }

  /// A JDK whose `java` says where it is and what it was asked, and ends with 7.
  static Path fakeJdk(Path home, String version) throws IOException {
    executable(home.resolve("bin/java"), "echo this is $0: \"$@\"; exit 7");
    executable(home.resolve("bin/javac"), "exit 1");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to);
    assertThat(to.toFile().setExecutable(true)).isTrue();
  }
}
