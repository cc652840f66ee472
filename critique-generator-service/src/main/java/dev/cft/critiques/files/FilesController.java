package dev.cft.critiques.files;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/// Files in OpenAI's shape.
@RestController
@RequestMapping("/v1/files")
class FilesController {
  /// The purpose of what training leaves; nobody uploads it.
  private static final String RESULTS = "fine-tune-results";

  private final StoredFiles files;
  private final UploadCheck check;

  FilesController(StoredFiles files, UploadCheck check) {
    this.files = files;
    this.check = check;
  }

  @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  FileView upload(
      @RequestParam MultipartFile file,
      @RequestParam String purpose,
      @RequestParam(name = "expires_after[anchor]", required = false) @Nullable String anchor)
      throws IOException {
    if (anchor != null) {
      throw ApiException.badRequest(
          "unsupported_parameter",
          "Files are kept until they are deleted; expires_after is not supported.",
          "expires_after");
    }
    var wanted = Purpose.required(purpose);
    var name = FileName.of(Objects.requireNonNullElse(file.getOriginalFilename(), ""));
    try (var content = file.getInputStream()) {
      check.check(name, content, wanted);
    }
    try (var content = file.getInputStream()) {
      return FileView.of(files.create(name, wanted.wireName(), content));
    }
  }

  @GetMapping
  ListResponse<FileView> list(
      @RequestParam(required = false) @Nullable String purpose,
      @PageRequest.Limits(usual = 10_000, most = 10_000) PageRequest page) {
    var wanted =
        purpose == null || purpose.equals(RESULTS) ? purpose : Purpose.required(purpose).wireName();
    if (page.after() != null) {
      find(page.after());
    }
    return ListResponse.of(
        files.list(wanted, page.after(), page.limit(), page.newestFirst()),
        FileView::of,
        FileView::id);
  }

  @GetMapping("/{id}")
  FileView get(@PathVariable String id) {
    return FileView.of(find(id));
  }

  @GetMapping("/{id}/content")
  ResponseEntity<InputStreamResource> content(@PathVariable String id) {
    var file = find(id);
    var name =
        ContentDisposition.attachment()
            .filename(file.filename(), java.nio.charset.StandardCharsets.UTF_8)
            .build();
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(file.bytes())
        .header(HttpHeaders.CONTENT_DISPOSITION, name.toString())
        .body(new InputStreamResource(() -> files.open(id)));
  }

  @DeleteMapping("/{id}")
  FileView.Deleted delete(@PathVariable String id) {
    if (!files.delete(id)) {
      throw ApiException.notFound("file", id);
    }
    return new FileView.Deleted(id, "file", true);
  }

  private StoredFile find(String id) {
    return files.find(id).orElseThrow(() -> ApiException.notFound("file", id));
  }
}
