package dev.cft.standalone.demo;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Which experiment the last demo on a data folder began, so that the next one can go on with it.
///
/// @param request what identifies the demo: rows, model, seeds, sizes
/// @param experiment its id
record Bookmark(String request, String experiment) {
  static Optional<Bookmark> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of(StoreJson.mapper().readValue(Files.readString(file), Bookmark.class))
          : Optional.empty();
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  void write(Path file) {
    var part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, StoreJson.mapper().writeValueAsString(this) + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo cannot note its experiment", e);
    }
  }
}
