package dev.cft.gateway.routing;

import dev.cft.gateway.GatewayProperties;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/// The connections to the services. It decides nothing: no redirects, cookies, retries or
/// unpacking.
final class ServiceClient implements AutoCloseable {
  /// Our choice: more streams at once than one gateway's console users and SDKs open.
  private static final int CONNECTIONS = 1000;

  /// Less than the services' `server.tomcat.keep-alive-timeout`, so that no request meets a
  /// connection that is just being closed.
  private static final Duration IDLE = Duration.ofSeconds(45);

  private final CloseableHttpClient http;

  private ServiceClient(CloseableHttpClient http) {
    this.http = http;
  }

  static ServiceClient of(GatewayProperties properties) {
    return new ServiceClient(
        HttpClients.custom()
            .setConnectionManager(connections(properties))
            .setRequestExecutor(new RefusedUploads())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(Timeout.of(properties.connectTimeout()))
                    .setConnectionKeepAlive(TimeValue.of(IDLE))
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .disableAuthCaching()
            .disableAutomaticRetries()
            .disableContentCompression()
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableDefaultUserAgent()
            .build());
  }

  private static PoolingHttpClientConnectionManager connections(GatewayProperties properties) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                // Looks for an early answer while a body is being written, which ends the writing.
                .responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE)
                .build())
        .setMaxConnTotal(CONNECTIONS)
        .setMaxConnPerRoute(CONNECTIONS)
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(properties.connectTimeout()))
                .setSocketTimeout(Timeout.of(properties.readTimeout()))
                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                .build())
        .build();
  }

  /// Sends a request; the caller closes the answer, which ends the connection where the answer was
  /// not read to its end.
  ClassicHttpResponse send(HttpUriRequestBase request) throws IOException {
    return http.executeOpen(null, request, null);
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
