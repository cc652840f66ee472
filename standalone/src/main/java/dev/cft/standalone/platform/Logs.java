package dev.cft.standalone.platform;

import org.slf4j.bridge.SLF4JBridgeHandler;

/// Where log lines go: all of them to the data folder, errors to the terminal too.
///
/// Logging is one for the whole process. Spring Boot would set it up anew for each context and end
/// it with the first one that is closed, so it is told to leave it alone.
public final class Logs {
  private Logs() {}

  /// Must come before the first logger is made.
  public static void to(DataFolder folder) {
    folder.create();
    System.setProperty("cft.logs", folder.log().resolveSibling("").toString());
    System.setProperty("logback.configurationFile", "standalone-logback.xml");
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
