package dev.cft.service.requests;

import java.util.Optional;
import org.slf4j.MDC;

/// The id under which a request is found in the answers and logs of every service it passed.
public final class RequestId {
  /// The header, in requests and answers, as OpenAI names it.
  public static final String HEADER = "x-request-id";

  /// Its name in the logging context.
  public static final String MDC_KEY = "request_id";

  private RequestId() {}

  /// The id of the request that this thread works on; send it along in calls to other services.
  public static Optional<String> current() {
    return Optional.ofNullable(MDC.get(MDC_KEY));
  }
}
