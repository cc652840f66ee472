package dev.cft.eval.answering;

import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A model that holds conversations.
public interface Answerer extends AutoCloseable {
  /// What answers, for the record.
  String model();

  /// Leads all conversations to their ends.
  ///
  /// @param dialogues pulled as there is room for them; by one thread at a time
  /// @param stop asked often; once true, conversations that have not ended are dropped
  /// @param done takes each that has ended, perhaps from several threads at once
  /// @throws dev.cft.eval.endpoints.EndpointException no more can be had now
  void answer(Iterator<? extends Dialogue> dialogues, BooleanSupplier stop, Consumer<Dialogue> done)
      throws InterruptedException;

  @Override
  void close();
}
