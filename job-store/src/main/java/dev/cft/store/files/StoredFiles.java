package dev.cft.store.files;

import dev.cft.store.Page;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All files.
public interface StoredFiles {
  /// Stores the bytes, then the record: a failure in between leaves no record.
  StoredFile create(String filename, String purpose, InputStream content);

  Optional<StoredFile> find(String id);

  /// The content; the caller closes it.
  InputStream open(String id);

  Page<StoredFile> list(
      @Nullable String purpose, @Nullable String after, int limit, boolean newestFirst);

  boolean delete(String id);
}
