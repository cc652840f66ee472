package dev.cft.trainer.kubernetes;

import dev.cft.store.StoreJson;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The places of what waits in a LocalQueue, from Kueue's visibility API: asked for all of them at
/// once, and not more often than a reader would notice.
final class KueuePlaces {
  private static final Logger log = LoggerFactory.getLogger(KueuePlaces.class);

  /// Our choice.
  private static final Duration FRESH = Duration.ofSeconds(3);

  /// Kueue tells 1,000 unless it is asked for more, and 100,000 at most.
  private static final int MOST = 100_000;

  private final KubernetesClient client;
  private final String path;
  private Map<String, Place> byWorkload = Map.of();
  private long asked = System.nanoTime() - FRESH.toNanos();
  private boolean isFailing;

  /// A place in the queue.
  ///
  /// @param local from 1, in the LocalQueue
  /// @param of all that wait there
  /// @param shared from 1, among all that share the quota
  record Place(int local, int of, int shared) {
    String words() {
      String own = "place %d of %d".formatted(local, of);
      return shared == local ? own : own + ", %d among all that share its quota".formatted(shared);
    }
  }

  KueuePlaces(KubernetesClient client, String namespace, String queue) {
    this.client = client;
    this.path =
        "/apis/visibility.kueue.x-k8s.io/v1beta2/namespaces/%s/localqueues/%s/pendingworkloads?limit=%d"
            .formatted(namespace, queue, MOST);
  }

  /// Empty where it does not wait, or Kueue does not tell.
  synchronized Optional<Place> of(String workload) {
    if (System.nanoTime() - asked >= FRESH.toNanos()) {
      ask();
      asked = System.nanoTime();
    }
    return Optional.ofNullable(byWorkload.get(workload));
  }

  /// Without the places, the reasons are told all the same.
  private void ask() {
    try {
      String answer = client.raw(path);
      if (answer == null) {
        fail("it is not served");
      } else {
        byWorkload = read(StoreJson.mapper().readTree(answer).path("items"));
        isFailing = false;
      }
    } catch (KubernetesClientException failure) {
      fail(String.valueOf(failure.getMessage()));
    }
  }

  private void fail(String why) {
    byWorkload = Map.of();
    if (!isFailing) {
      log.warn(
          "Kueue's visibility API does not tell the places in the queue; reasons are told without"
              + " ({})",
          why);
    }
    isFailing = true;
  }

  private static Map<String, Place> read(JsonNode items) {
    var places = new HashMap<String, Place>();
    for (JsonNode item : items) {
      places.put(
          item.path("metadata").path("name").asString(""),
          new Place(
              item.path("positionInLocalQueue").asInt(0) + 1,
              items.size(),
              item.path("positionInClusterQueue").asInt(0) + 1));
    }
    return places;
  }
}
