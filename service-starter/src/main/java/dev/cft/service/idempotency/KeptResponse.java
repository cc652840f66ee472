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
import org.jspecify.annotations.Nullable;

/// Sends an answer on as it is written and keeps a copy, unless it is a stream or too long.
final class KeptResponse extends HttpServletResponseWrapper {
  private final long most;
  private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
  private boolean tooLong;
  private @Nullable ServletOutputStream output;
  private @Nullable PrintWriter writer;

  KeptResponse(HttpServletResponse response, long most) {
    super(response);
    this.most = most;
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

  private boolean isStream() {
    var type = getContentType();
    return type != null && type.startsWith("text/event-stream");
  }

  private void keep(byte[] bytes, int offset, int length) {
    tooLong |= copy.size() + (long) length > most;
    if (!tooLong && !isStream()) {
      copy.write(bytes, offset, length);
    }
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
    super.flushBuffer();
  }

  @Override
  public void reset() {
    super.reset();
    copy.reset();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    copy.reset();
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
      keep(bytes, offset, length);
      target.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      target.flush();
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
