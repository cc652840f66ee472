package dev.cft.grading.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/// Standard input and output in UTF-8, whatever the machine's language.
final class Console {
  private Console() {}

  static Reader in() {
    return new InputStreamReader(System.in, StandardCharsets.UTF_8);
  }

  static PrintStream out() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }
}
