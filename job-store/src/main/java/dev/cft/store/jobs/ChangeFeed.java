package dev.cft.store.jobs;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What changes in the store, as other processes tell by `NOTIFY`. It holds one connection from the
/// first time that someone asks until the context closes.
final class ChangeFeed implements DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

  /// Our choice: how late a change is seen that is not announced (progress, events), or while there
  /// is no connection to listen on.
  private static final Duration POLL = Duration.ofMillis(500);

  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final String COUNT = "select sum(count) from job_changes";

  private final JdbcClient jdbc;
  private final DataSource dataSource;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final Object news = new Object();
  private @Nullable Thread thread;
  private volatile boolean closed;

  ChangeFeed(JdbcClient jdbc, DataSource dataSource) {
    this.jdbc = jdbc;
    this.dataSource = dataSource;
  }

  long count() {
    return jdbc.sql(COUNT).query(Long.class).single();
  }

  /// Calls `listener` with each announcement: `status kind` and, unless queued, the job's id.
  void listen(Consumer<String> listener) {
    listeners.add(listener);
    startListening();
  }

  void stopListening(Consumer<String> listener) {
    listeners.remove(listener);
  }

  void await(long since, Duration atMost) throws InterruptedException {
    startListening();
    var deadline = System.nanoTime() + atMost.toNanos();
    while (count() <= since) {
      var left = Duration.ofNanos(deadline - System.nanoTime());
      if (!left.isPositive() || closed) {
        return;
      }
      synchronized (news) {
        news.wait(Math.max(1, Math.min(left.toMillis(), POLL.toMillis())));
      }
    }
  }

  private synchronized void startListening() {
    if (thread == null && !closed) {
      thread = Thread.ofVirtual().name("cft-jobs-listen").start(this::listenUntilClosed);
    }
  }

  private void listenUntilClosed() {
    while (!closed) {
      try (var connection = dataSource.getConnection()) {
        receive(connection);
      } catch (SQLException | RuntimeException broken) {
        pauseAfter(broken);
      }
    }
  }

  private void receive(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("listen cft_jobs");
    }
    tell(List.of());
    var postgres = connection.unwrap(PGConnection.class);
    while (!closed) {
      var received = postgres.getNotifications((int) POLL.toMillis());
      if (received != null && received.length > 0) {
        tell(List.of(received));
      }
    }
    try (var statement = connection.createStatement()) {
      statement.execute("unlisten *");
    }
  }

  private void tell(List<PGNotification> received) {
    received.forEach(each -> listeners.forEach(listener -> listener.accept(each.getParameter())));
    synchronized (news) {
      news.notifyAll();
    }
  }

  private void pauseAfter(Exception broken) {
    if (closed) {
      return;
    }
    LOG.warn(
        "Lost the connection that listens for job changes ({}); polling until it is back",
        broken.getMessage());
    try {
      Thread.sleep(RECONNECT);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the listener has noticed; an interrupt would break its connection.
  @Override
  public void destroy() throws InterruptedException {
    closed = true;
    var listening = thread;
    if (listening != null) {
      listening.join(Duration.ofSeconds(2));
    }
  }
}
