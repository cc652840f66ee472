package dev.cft.critiques.making;

import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.MalformedRowsException;
import dev.cft.critiques.rows.ParsedRows;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import java.util.Iterator;
import java.util.LinkedHashMap;
import tools.jackson.databind.JsonNode;

/// The rows of an uploaded file, parsed anew in each pass.
record FileRows(StoredFiles files, StoredFile file, FieldMapping mapping, RowLimits limits)
    implements Surroundings.Rows {
  @Override
  public JsonNode lineage() {
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("file", file.id());
    lineage.put("file_sha256", file.sha256());
    lineage.put("filename", file.filename());
    if (!mapping.sources().isEmpty()) {
      lineage.put("fields", mapping.sources());
    }
    return StoreJson.object(lineage);
  }

  @Override
  public Iterator<DatasetRow> open() {
    return new ParsedRows(
        files.open(file.id()),
        mapping,
        limits,
        fault -> new MalformedRowsException(file.filename(), fault));
  }
}
