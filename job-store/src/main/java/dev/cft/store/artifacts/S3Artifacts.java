package dev.cft.store.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.springframework.beans.factory.DisposableBean;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Artifacts in a bucket. S3 shows an object only when it is whole; a folder is whole when its
/// `config.json` is there, which is written last and deleted first.
final class S3Artifacts implements ArtifactStore, DisposableBean {
  private final S3Client client;
  private final S3Upload upload;
  private final DownloadedFolders downloaded;
  private final String bucket;
  private final String prefix;

  S3Artifacts(S3Client client, ArtifactsProperties.S3 settings, Path copies) throws IOException {
    this.client = client;
    this.bucket = settings.bucket();
    this.prefix =
        settings.prefix().isEmpty() ? "" : new ArtifactKey(settings.prefix()).value() + "/";
    this.upload = new S3Upload(client, bucket, (int) settings.partSize().toBytes());
    this.downloaded = new DownloadedFolders(copies);
  }

  @Override
  public void put(String key, InputStream content) throws IOException {
    upload.put(object(key), content);
  }

  @Override
  public void putFolder(String prefix, Path folder) throws IOException {
    var key = new ArtifactKey(prefix);
    var files = ArtifactFolder.files(folder);
    var stale = new HashSet<>(list(prefix));
    delete(key.child("config.json").value());
    for (var file : files) {
      try (var content = Files.newInputStream(folder.resolve(file))) {
        put(key.child(file).value(), content);
      }
      stale.remove(key.child(file).value());
    }
    for (var old : stale) {
      deleteObject(object(old));
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    var object = object(key);
    try {
      return client.getObject(get -> get.bucket(bucket).key(object));
    } catch (NoSuchKeyException none) {
      throw noSuch(key, none);
    } catch (SdkException broken) {
      throw failed("read", key, broken);
    }
  }

  @Override
  public boolean exists(String key) throws IOException {
    var object = object(key);
    try {
      client.headObject(head -> head.bucket(bucket).key(object));
      return true;
    } catch (NoSuchKeyException none) {
      return false;
    } catch (SdkException broken) {
      throw failed("read", key, broken);
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return List.copyOf(versions(prefix).keySet());
  }

  @Override
  public Path folder(String prefix) throws IOException {
    var versions = versions(prefix);
    if (versions.isEmpty()) {
      throw new NoSuchFileException(prefix, null, "no artifacts under this prefix");
    }
    return downloaded.folder(prefix, versions, this::open);
  }

  @Override
  public void delete(String prefixOrKey) throws IOException {
    var keys = list(prefixOrKey);
    var config = new ArtifactKey(prefixOrKey).child("config.json").value();
    if (keys.contains(config)) {
      deleteObject(object(config));
    }
    for (var key : keys) {
      deleteObject(object(key));
    }
  }

  @Override
  public void destroy() {
    client.close();
  }

  /// Keys under the prefix, or the key itself, each with a mark of its content.
  private NavigableMap<String, String> versions(String prefixOrKey) throws IOException {
    var start = object(prefixOrKey);
    var versions = new TreeMap<String, String>();
    try {
      for (S3Object object :
          client.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(start)).contents()) {
        if (object.key().equals(start) || object.key().startsWith(start + "/")) {
          versions.put(object.key().substring(prefix.length()), object.eTag());
        }
      }
      return versions;
    } catch (SdkException broken) {
      throw failed("list", prefixOrKey, broken);
    }
  }

  private void deleteObject(String object) throws IOException {
    try {
      client.deleteObject(delete -> delete.bucket(bucket).key(object));
    } catch (SdkException broken) {
      throw failed("delete", object, broken);
    }
  }

  private String object(String key) {
    return prefix + new ArtifactKey(key).value();
  }

  private static NoSuchFileException noSuch(String key, Exception cause) {
    var none = new NoSuchFileException(key, null, "no such artifact");
    none.initCause(cause);
    return none;
  }

  static IOException failed(String action, String key, SdkException cause) {
    return new IOException(
        "could not %s %s in the artifact bucket: %s".formatted(action, key, cause.getMessage()),
        cause);
  }
}
