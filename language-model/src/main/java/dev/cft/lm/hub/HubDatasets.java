package dev.cft.lm.hub;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Finds files of datasets by their Hugging Face ids.
public final class HubDatasets {
  /// Names that stay inside their folder.
  private static final String SAFE = "[\\w@=+-][\\w .@=+-]*(/[\\w@=+-][\\w .@=+-]*)*";

  private final HubSettings settings;
  private final Consumer<String> messages;

  /// @param messages hears of progress
  public HubDatasets(HubSettings settings, Consumer<String> messages) {
    this.settings = settings;
    this.messages = messages;
  }

  /// What a dataset had at a commit.
  public record Snapshot(String id, String commit, List<String> files) {
    /// The files whose paths a pattern fits, in order: `*` is anything within a folder, `**`
    /// anything.
    public List<String> matching(String pattern) {
      var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return files.stream().filter(file -> matcher.matches(Path.of(file))).sorted().toList();
    }
  }

  /// The files of a revision: a commit, branch or tag.
  ///
  /// @throws HubException saying why there are none; caused by an [IOException] where another
  ///   attempt may succeed
  public Snapshot snapshot(String id, String revision) {
    var hubId = parsed(id, revision);
    var repository = repository(hubId);
    try {
      if (settings.offline()) {
        return cached(hubId, repository.cache());
      }
      var listing = repository.listing();
      repository.cache().refer(hubId.revision(), listing.commit());
      var files = listing.files().stream().filter(file -> file.matches(SAFE)).toList();
      return new Snapshot(id, listing.commit(), files);
    } catch (IOException e) {
      throw new HubException(
          "%s: %s cannot be reached (%s); HF_ENDPOINT may name a mirror"
              .formatted(hubId, settings.endpoint(), HubRepository.reason(e)),
          e);
    }
  }

  private static HubId parsed(String id, String revision) {
    return HubId.parse(id + "@" + revision)
        .orElseThrow(() ->
            new HubException(
                "'%s' at '%s' is no dataset id of the form owner/name and no revision"
                    .formatted(id, revision)));
  }

  private HubRepository repository(HubId id) {
    return new HubRepository(HubRepository.Kind.DATASET, id, settings, messages);
  }

  private Snapshot cached(HubId id, HubCache cache) throws IOException {
    var folder =
        cache
            .snapshot(id.revision())
            .orElseThrow(() ->
                new HubException(
                    "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
                        .formatted(id, settings.cache())));
    try (var files = Files.walk(folder)) {
      return new Snapshot(
          id.repository(),
          folder.getFileName().toString(),
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .toList());
    }
  }

  /// A file of a snapshot, fetched if the cache lacks it and checked against the hub's checksum.
  ///
  /// @throws HubException as [#snapshot]
  public Path file(Snapshot snapshot, String file) {
    var repository = repository(parsed(snapshot.id(), snapshot.commit()));
    var path = repository.cache().snapshotOf(snapshot.commit()).resolve(file);
    try {
      if (!settings.offline()) {
        repository.fetch(snapshot.commit(), file);
      }
    } catch (IOException e) {
      throw new HubException(
          "%s of %s: the cache %s: %s"
              .formatted(file, snapshot.id(), settings.cache(), HubRepository.reason(e)),
          e);
    }
    return path;
  }
}
