package dev.cft.store.testing;

import java.io.IOException;
import java.io.InputStream;

/// Content that breaks off after some bytes, as on a full disk.
public final class BrokenStream extends InputStream {
  private int left;

  public BrokenStream(int bytes) {
    left = bytes;
  }

  @Override
  public int read() throws IOException {
    if (left-- <= 0) {
      throw new IOException("No space left on device");
    }
    return 'x';
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    bytes[offset] = (byte) read();
    return 1;
  }
}
