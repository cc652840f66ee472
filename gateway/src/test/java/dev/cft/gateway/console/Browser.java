package dev.cft.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// A headless Chromium.
record Browser(ChromeDriver driver) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static Browser start() {
    var chromium = onPath("chromium", "chromium-browser", "google-chrome");
    var chromedriver = onPath("chromedriver");
    assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "the console is tested where chromium and chromedriver are installed");
    var options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage");
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow())
            .usingAnyFreePort()
            .build();
    var driver = new ChromeDriver(service, options);
    driver.manage().window().setSize(new Dimension(1500, 950));
    return new Browser(driver);
  }

  private static Optional<File> onPath(String... names) {
    return Stream.of(names)
        .flatMap(name ->
            Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(dir -> new File(dir, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  Optional<WebElement> find(String css) {
    return driver.findElements(By.cssSelector(css)).stream().findFirst();
  }

  WebElement get(String css) {
    until(() -> find(css).isPresent(), "there is a " + css);
    return find(css).orElseThrow();
  }

  String text(String css) {
    return find(css).map(WebElement::getText).orElse("");
  }

  void waitFor(String css, String words) {
    until(
        () -> shows(css, words), "%s shows '%s'; the page: %s".formatted(css, words, text("body")));
  }

  private boolean shows(String css, String words) {
    try {
      return text(css).contains(words);
    } catch (org.openqa.selenium.StaleElementReferenceException e) {
      return false;
    }
  }

  void until(BooleanSupplier condition, String what) {
    var deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(deadline);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// What scripts and the content security policy complained about.
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  void screenshot(String name) {
    try {
      var folder = Files.createDirectories(Path.of("target", "console"));
      Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
