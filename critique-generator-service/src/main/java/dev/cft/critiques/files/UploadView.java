package dev.cft.critiques.files;

import dev.cft.critiques.files.Upload.Part;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An upload as OpenAI's API has it, and the parts that have come.
record UploadView(
    String id,
    String object,
    long bytes,
    long createdAt,
    String filename,
    String purpose,
    String status,
    long expiresAt,
    @Nullable FileView file,
    List<PartView> parts) {
  /// A part.
  record PartView(String id, String object, long createdAt, String uploadId, long bytes) {
    static PartView of(Part part) {
      return new PartView(
          part.id(),
          "upload.part",
          part.createdAt().getEpochSecond(),
          part.uploadId(),
          part.bytes());
    }
  }

  static UploadView of(Upload upload, @Nullable FileView file) {
    return new UploadView(
        upload.id(),
        "upload",
        upload.bytes(),
        upload.createdAt().getEpochSecond(),
        upload.filename(),
        upload.purpose(),
        upload.status().name().toLowerCase(Locale.ROOT),
        upload.expiresAt().getEpochSecond(),
        file,
        upload.parts().stream().map(PartView::of).toList());
  }
}
