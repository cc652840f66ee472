package dev.cft.standalone.platform;

import dev.cft.standalone.platform.PlatformOptions.Database;
import dev.cft.standalone.postgres.DurablePostgres;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The platform of a data folder. Closing it stops the services, then the database, and gives the
/// folder free; it may be closed while it starts.
public final class Platform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Platform.class);

  private final PlatformOptions options;
  private final Consumer<String> say;
  private final Deque<Part> started = new ArrayDeque<>();
  private boolean closed;

  private record Part(String name, AutoCloseable handle) {}

  /// How to reach a started platform.
  ///
  /// @param address base address of the API and the console
  /// @param key the operator's secret
  /// @param firstStart whether this start made the key
  /// @param startedIn from the call to the last service's being ready
  public record Access(String address, String key, boolean firstStart, Duration startedIn) {}

  /// @param say told what the user should know, a sentence each
  public Platform(PlatformOptions options, Consumer<String> say) {
    this.options = options;
    this.say = say;
  }

  /// Starts everything, or nothing: what was started is stopped again when the rest does not start.
  ///
  /// @throws StartException it cannot be started as asked
  public Access start() {
    long begin = System.nanoTime();
    options.folder().create();
    try {
      // The folder comes first: a second start on it is told who holds it, whatever its port.
      var lock = DataLock.take(options.folder(), address(options.port()));
      opened("data folder", lock);
      int port = Ports.require(options.host(), options.port());
      lock.serving(address(port));
      var key = OperatorKey.of(options.folder());
      var database = options.database().orElseGet(this::embedded);
      var services = new Services(options, database, key.secret(), port);
      opened("services", services);
      services.start();
      key.keep(options.folder());
      var took = Duration.ofNanos(System.nanoTime() - begin);
      return new Access(address(port), key.secret(), key.fresh(), took);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Database embedded() {
    var cache = DataFolder.cache(System.getenv());
    var postgres = DurablePostgres.start(options.folder().path(), cache, say);
    opened("database", postgres);
    return new Database(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  private synchronized void opened(String name, AutoCloseable handle) {
    started.push(new Part(name, handle));
    if (closed) {
      close();
      throw new StartException("stopped while starting");
    }
  }

  /// Stops everything in reverse order; what does not stop is logged and the rest is stopped all
  /// the same.
  @Override
  public synchronized void close() {
    closed = true;
    for (var part = started.poll(); part != null; part = started.poll()) {
      closeQuietly(part);
    }
  }

  private static void closeQuietly(Part part) {
    try {
      part.handle().close();
    } catch (Exception e) {
      log.error("The {} did not stop cleanly; the next start clears up", part.name(), e);
    }
  }

  private String address(int port) {
    var host = options.host();
    var name = host.equals("127.0.0.1") || host.equals("0.0.0.0") ? "localhost" : host;
    return "http://%s:%d".formatted(name, port);
  }
}
