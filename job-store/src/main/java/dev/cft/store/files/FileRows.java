package dev.cft.store.files;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.CrudRepository;

/// The table `files`, listed by the time of creation.
interface FileRows extends CrudRepository<FileEntity, String> {
  @Query(
      "select f from FileEntity f where (:purpose is null or f.purpose = :purpose) order by f.createdAt desc, f.id desc")
  List<FileEntity> newest(@Nullable String purpose, Limit limit);

  @Query(
      "select f from FileEntity f where (:purpose is null or f.purpose = :purpose) order by f.createdAt, f.id")
  List<FileEntity> oldest(@Nullable String purpose, Limit limit);

  @Query(
      """
      select f from FileEntity f where (:purpose is null or f.purpose = :purpose)
        and (f.createdAt < :at or f.createdAt = :at and f.id < :id) order by f.createdAt desc, f.id desc
      """)
  List<FileEntity> before(@Nullable String purpose, Instant at, String id, Limit limit);

  @Query(
      """
      select f from FileEntity f where (:purpose is null or f.purpose = :purpose)
        and (f.createdAt > :at or f.createdAt = :at and f.id > :id) order by f.createdAt, f.id
      """)
  List<FileEntity> after(@Nullable String purpose, Instant at, String id, Limit limit);
}
