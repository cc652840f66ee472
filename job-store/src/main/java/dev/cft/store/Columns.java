package dev.cft.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Java values as Postgres columns and back, where the driver needs help.
public final class Columns {
  private Columns() {}

  /// A `timestamptz` parameter.
  public static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /// A `timestamptz` parameter that may be null.
  public static @Nullable OffsetDateTime atOrNull(@Nullable Instant instant) {
    return instant == null ? null : at(instant);
  }

  /// A `timestamptz not null` column.
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /// A `timestamptz` column.
  public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  /// A `json` column.
  public static @Nullable JsonNode json(ResultSet row, String column) throws SQLException {
    var text = row.getString(column);
    return text == null ? null : StoreJson.mapper().readTree(text);
  }

  /// A `json not null` column of that type.
  public static <T> T read(ResultSet row, String column, Class<T> type) throws SQLException {
    return StoreJson.mapper().readValue(Objects.requireNonNull(row.getString(column)), type);
  }

  /// A `text[]` column.
  public static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  /// A parameter that is cast to `json`.
  public static @Nullable String json(@Nullable Object value) {
    return value == null ? null : StoreJson.mapper().writeValueAsString(value);
  }

  /// Text as Postgres can keep it: it refuses U+0000.
  public static String text(String any) {
    return any.replace('\u0000', '\uFFFD');
  }
}
