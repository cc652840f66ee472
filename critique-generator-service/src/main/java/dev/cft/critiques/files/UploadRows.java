package dev.cft.critiques.files;

import dev.cft.critiques.files.Upload.Part;
import dev.cft.critiques.files.Upload.Status;
import dev.cft.store.Columns;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The tables `uploads` and `upload_parts`.
@Component
class UploadRows {
  private static final String INSERT =
      """
      insert into uploads (id, filename, purpose, mime_type, bytes, status, created_at, expires_at)
      values (:id, :filename, :purpose, :type, :bytes, 'pending', :now, :expires)
      """;

  private static final String FIND =
      """
      select id, filename, purpose, bytes, status, file_id, created_at, expires_at
      from uploads where id = :id
      """;

  private static final String PARTS =
      "select id, bytes, created_at from upload_parts where upload_id = :id order by ordinal";

  /// Only where the upload still waits.
  private static final String ADD_PART =
      """
      insert into upload_parts (id, upload_id, bytes, created_at)
      select :id, u.id, :bytes, :now from uploads u where u.id = :upload and u.status = 'pending'
      """;

  private static final String END =
      """
      update uploads set status = :status, file_id = :file where id = :id and status = 'pending'
      """;

  private static final String OVERDUE =
      "select id from uploads where status = 'pending' and expires_at < :now limit 100";

  private final JdbcClient jdbc;

  UploadRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Upload upload, String mimeType) {
    jdbc.sql(INSERT)
        .param("id", upload.id())
        .param("filename", Columns.text(upload.filename()))
        .param("purpose", upload.purpose())
        .param("type", Columns.text(mimeType))
        .param("bytes", upload.bytes())
        .param("now", Columns.at(upload.createdAt()))
        .param("expires", Columns.at(upload.expiresAt()))
        .update();
  }

  Optional<Upload> find(String id) {
    var parts =
        jdbc.sql(PARTS)
            .param("id", id)
            .query((row, _) ->
                new Part(
                    row.getString("id"),
                    id,
                    row.getLong("bytes"),
                    Columns.instant(row, "created_at")))
            .list();
    return jdbc.sql(FIND)
        .param("id", id)
        .query((row, _) ->
            new Upload(
                row.getString("id"),
                row.getString("filename"),
                row.getString("purpose"),
                row.getLong("bytes"),
                Status.valueOf(String.valueOf(row.getString("status")).toUpperCase(Locale.ROOT)),
                row.getString("file_id"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                parts))
        .optional();
  }

  /// False where the upload waits for none any more.
  boolean add(Part part) {
    return jdbc.sql(ADD_PART)
            .param("id", part.id())
            .param("upload", part.uploadId())
            .param("bytes", part.bytes())
            .param("now", Columns.at(part.createdAt()))
            .update()
        > 0;
  }

  /// False where it had ended already.
  boolean end(String id, Status status, @Nullable String file) {
    return jdbc.sql(END)
            .param("id", id)
            .param("status", status.name().toLowerCase(Locale.ROOT))
            .param("file", file)
            .update()
        > 0;
  }

  List<String> overdue(Instant now) {
    return jdbc.sql(OVERDUE)
        .param("now", Columns.at(now))
        .query((row, _) -> row.getString("id"))
        .list();
  }
}
