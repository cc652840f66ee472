package dev.cft.critiques.making;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Removes datasets of which only some was written when their job was cancelled or failed and
/// nobody held it who could: its worker had been killed.
@Component
class Leftovers implements DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /// Our choice: they are only in the way, and few.
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private static final String REMOVE =
      """
      delete from datasets d using jobs j
      where j.kind = 'dataset' and j.status in ('failed', 'cancelled')
        and d.id = replace(j.id, 'dsjob-', 'ds-') and not d.complete
      """;

  private final JdbcClient jdbc;
  private final Thread thread =
      Thread.ofVirtual().name("dataset-leftovers").unstarted(this::removeNowAndThen);

  Leftovers(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    thread.start();
  }

  /// Tells how many there were.
  int remove() {
    return jdbc.sql(REMOVE).update();
  }

  private void removeNowAndThen() {
    try {
      while (true) {
        try {
          remove();
        } catch (DataAccessException e) {
          LOG.warn("Half-written datasets are looked for later: {}", e.getMessage());
        }
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException _) {
      LOG.debug("No longer looking for half-written datasets");
    }
  }

  @Override
  public void destroy() {
    thread.interrupt();
  }
}
