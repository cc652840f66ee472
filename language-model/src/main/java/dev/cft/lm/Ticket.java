package dev.cft.lm;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// One call waiting for its rows: the engine puts events in, the caller's thread takes them out.
final class Ticket {
  /// What the engine reports.
  sealed interface Event {
    /// More text of a streamed row.
    record Text(String delta) implements Event {}

    /// A row is done.
    record Finished(int index, Generation generation) implements Event {}

    /// The engine failed; no row of the ticket goes on.
    record Failed(Throwable cause) implements Event {}
  }

  private final List<GenerationRequest> requests;
  private final GenerationListener listener;
  private final boolean streamed;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile boolean abandoned;

  Ticket(List<GenerationRequest> requests, GenerationListener listener, boolean streamed) {
    this.requests = List.copyOf(requests);
    this.listener = listener;
    this.streamed = streamed;
  }

  List<GenerationRequest> requests() {
    return requests;
  }

  boolean streamed() {
    return streamed;
  }

  BlockingQueue<Event> events() {
    return events;
  }

  /// The caller has left: its rows end at the next step.
  void abandon() {
    abandoned = true;
  }

  boolean cancelled() {
    return abandoned || listener.cancelled();
  }
}
