package dev.cft.service.idempotency;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps an answer and holds it back until [#send], so that the client has it only after what it
/// asked for was written down. A stream, a long answer, and one written asynchronously go on as
/// they are written.
final class KeptResponse extends HttpServletResponseWrapper {
  private final long most;
  private final BooleanSupplier isAsync;
  private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
  private int sent;
  private boolean tooLong;
  private @Nullable ServletOutputStream output;
  private @Nullable PrintWriter writer;

  /// @param most bytes of an answer that is kept
  KeptResponse(HttpServletResponse response, long most, BooleanSupplier isAsync) {
    super(response);
    this.most = most;
    this.isAsync = isAsync;
  }

  /// The answer's text; empty where it cannot be kept.
  Optional<String> content() {
    if (writer != null) {
      writer.flush();
    }
    return tooLong || isStream()
        ? Optional.empty()
        : Optional.of(copy.toString(StandardCharsets.UTF_8));
  }

  /// Passes on what was held back.
  void send() throws IOException {
    if (sent < copy.size()) {
      var held = copy.toByteArray();
      super.getOutputStream().write(held, sent, held.length - sent);
      sent = held.length;
    }
  }

  private boolean isHeld() {
    return !tooLong && !isStream() && !isAsync.getAsBoolean();
  }

  private boolean isStream() {
    var type = getContentType();
    return type != null && type.startsWith("text/event-stream");
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (output == null) {
      output = new Copying(super.getOutputStream());
    }
    return output;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
    }
    return writer;
  }

  @Override
  public void flushBuffer() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    if (!isHeld()) {
      send();
      super.flushBuffer();
    }
  }

  @Override
  public void reset() {
    super.reset();
    forget();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    forget();
  }

  private void forget() {
    copy.reset();
    sent = 0;
  }

  private final class Copying extends ServletOutputStream {
    private final ServletOutputStream target;

    Copying(ServletOutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      tooLong |= copy.size() + (long) length > most;
      if (!isHeld()) {
        send();
        target.write(bytes, offset, length);
      }
      if (!tooLong && !isStream()) {
        copy.write(bytes, offset, length);
        sent = isHeld() ? sent : copy.size();
      }
    }

    @Override
    public void flush() throws IOException {
      if (!isHeld()) {
        target.flush();
      }
    }

    @Override
    public boolean isReady() {
      return target.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      target.setWriteListener(listener);
    }
  }
}
