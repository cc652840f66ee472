package dev.cft.critiques.imports;

import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.MalformedRowsException;
import dev.cft.critiques.rows.ParsedRows;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.specs.DatasetSpec.HubFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import tools.jackson.databind.JsonNode;

/// The rows of fetched files, one file after another.
record HubRows(
    HubFiles wanted, String commit, List<HubFile> files, FieldMapping mapping, RowLimits limits)
    implements Surroundings.Rows {
  HubRows {
    files = List.copyOf(files);
  }

  record HubFile(String name, Path path, String sha256) {}

  @Override
  public JsonNode lineage() {
    var hashes = new LinkedHashMap<String, String>();
    files.forEach(file -> hashes.put(file.name(), file.sha256()));
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("hub", wanted.id());
    lineage.put("revision", wanted.revision());
    lineage.put("commit", commit);
    lineage.put("files", hashes);
    if (!mapping.sources().isEmpty()) {
      lineage.put("fields", mapping.sources());
    }
    return StoreJson.object(lineage);
  }

  @Override
  public Iterator<DatasetRow> open() {
    return new Iterator<>() {
      private final Iterator<HubFile> next = files.iterator();
      private Iterator<DatasetRow> rows = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!rows.hasNext() && next.hasNext()) {
          rows = parsed(next.next());
        }
        return rows.hasNext();
      }

      @Override
      public DatasetRow next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return rows.next();
      }
    };
  }

  private Iterator<DatasetRow> parsed(HubFile file) {
    try {
      return new ParsedRows(
          Files.newInputStream(file.path()),
          mapping,
          limits,
          fault -> new MalformedRowsException(file.name(), fault));
    } catch (IOException e) {
      throw new UncheckedIOException("the hub's cache cannot be read", e);
    }
  }
}
