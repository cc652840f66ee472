package dev.cft.lm.hub;

import dev.cft.lm.download.RangeRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request to the hub, with its token where it belongs and its refusals in words.
final class HubHttp {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HubSettings settings;

  HubHttp(HubSettings settings) {
    this.settings = settings;
  }

  /// A server's answer that may be another one later.
  static final class BusyException extends IOException {
    BusyException(String message) {
      super(message);
    }
  }

  /// Sends a request and follows its redirects; HEAD only within the same server, because the hub's
  /// own answer has the headers that count.
  ///
  /// @param range first byte wanted
  /// @return an answer below 400, or 416
  /// @throws HubException the hub refuses
  /// @throws IOException it cannot be reached, or is busy
  HttpURLConnection send(String method, URI address, long range, HubId id) throws IOException {
    var at = address;
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      var connection = open(method, at, range);
      int status = connection.getResponseCode();
      var location = connection.getHeaderField("Location");
      if (!REDIRECTS.contains(status) || location == null) {
        requireGood(connection, status, at, id);
        return connection;
      }
      var next = at.resolve(location);
      if (!Set.of("http", "https").contains(String.valueOf(next.getScheme()))) {
        throw new HubException("%s redirects to %s".formatted(at, next));
      }
      if (method.equals("HEAD") && !sameServer(at, next)) {
        return connection;
      }
      connection.disconnect();
      at = next;
    }
    throw new HubException("%s redirects more than %d times".formatted(address, MOST_REDIRECTS));
  }

  private HttpURLConnection open(String method, URI address, long range) throws IOException {
    var connection = RangeRequest.prepare(address, settings.patience(), range);
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    if (sameServer(settings.endpoint(), address)) {
      settings
          .token()
          .ifPresent(token -> connection.setRequestProperty("Authorization", "Bearer " + token));
    }
    return connection;
  }

  private static boolean sameServer(URI some, URI other) {
    return some.getHost().equalsIgnoreCase(other.getHost())
        && some.getPort() == other.getPort()
        && some.getScheme().equals(other.getScheme());
  }

  private void requireGood(HttpURLConnection connection, int status, URI address, HubId id)
      throws IOException {
    if (RangeRequest.isGood(status)) {
      return;
    }
    var code = connection.getHeaderField("X-Error-Code");
    connection.disconnect();
    if (RangeRequest.isBusy(status)) {
      throw new BusyException("%s answers with status %d".formatted(address, status));
    }
    throw new HubException(refusal(status, code, id));
  }

  private String refusal(int status, @Nullable String code, HubId id) {
    var hub = settings.endpoint();
    var token = settings.token().isPresent() ? "the token has no access" : "set HF_TOKEN";
    if ("GatedRepo".equals(code)) {
      return "%s at %s is gated: accept its conditions on its page; %s".formatted(id, hub, token);
    }
    if ("RevisionNotFound".equals(code)) {
      return "%s at %s has no revision '%s'".formatted(id.repository(), hub, id.revision());
    }
    return switch (status) {
      case 401, 403 -> "%s at %s is private or does not exist; %s".formatted(id, hub, token);
      case 404 -> "%s at %s does not exist".formatted(id, hub);
      default -> "%s refuses %s with status %d".formatted(hub, id, status);
    };
  }
}
