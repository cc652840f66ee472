package dev.cft.critiques.files;

import dev.cft.critiques.files.UploadView.PartView;
import dev.cft.service.errors.ApiException;
import dev.cft.store.files.StoredFiles;
import jakarta.validation.Valid;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/// Uploads in parts, in OpenAI's shape.
@RestController
@RequestMapping("/v1/uploads")
class UploadsController {
  private final Uploads uploads;
  private final StoredFiles files;

  UploadsController(Uploads uploads, StoredFiles files) {
    this.uploads = uploads;
    this.files = files;
  }

  @PostMapping
  UploadView create(@RequestBody @Valid UploadRequests.Create request) {
    if (request.expiresAfter() != null) {
      throw ApiException.badRequest(
          "unsupported_parameter",
          "Files are kept until they are deleted; expires_after is not supported.",
          "expires_after");
    }
    return UploadView.of(uploads.begin(request, Purpose.required(request.purpose())), null);
  }

  @GetMapping("/{id}")
  UploadView get(@PathVariable String id) {
    return view(uploads.get(id));
  }

  private UploadView view(Upload upload) {
    var file = upload.fileId() == null ? null : files.find(upload.fileId()).orElse(null);
    return UploadView.of(upload, file == null ? null : FileView.of(file));
  }

  @PostMapping(path = "/{id}/parts", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  PartView add(@PathVariable String id, @RequestParam MultipartFile data) throws IOException {
    try (var content = data.getInputStream()) {
      return PartView.of(uploads.add(id, content, data.getSize()));
    }
  }

  @PostMapping("/{id}/complete")
  UploadView complete(
      @PathVariable String id, @RequestBody @Valid UploadRequests.Complete request) {
    uploads.complete(id, request.partIds(), request.md5());
    return view(uploads.get(id));
  }

  @PostMapping("/{id}/cancel")
  UploadView cancel(@PathVariable String id) {
    return view(uploads.cancel(id));
  }
}
