package dev.cft.gateway;

import dev.cft.service.testing.TestHttp;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import dev.cft.store.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A running gateway: the trainer is a fake, the critique generator is down.
@Import(TestDatabase.class)
@SpringBootTest(
    classes = GatewayApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=gateway",
      "cft.operator-key=" + GatewayTest.OPERATOR,
      "cft.gateway.read-timeout=3s",
      "cft.gateway.requests-per-minute=100000"
    })
public abstract class GatewayTest {
  public static final String OPERATOR = "sk-cft-operator-of-the-tests-000";

  protected static final FakeService TRAINER = new FakeService();
  protected static final FakeService EVAL = new FakeService();

  @LocalServerPort protected int port;
  @Autowired protected Jobs jobs;
  @Autowired protected ApiKeys keys;

  protected TestHttp operator;
  protected TestHttp user;

  @DynamicPropertySource
  static void services(DynamicPropertyRegistry registry) throws IOException {
    var free = freePort();
    registry.add("cft.gateway.services.trainer", TRAINER::address);
    registry.add("cft.gateway.services.eval", EVAL::address);
    registry.add("cft.gateway.services.critique-generator", () -> "http://localhost:" + free);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @BeforeEach
  void connect() {
    operator = TestHttp.at(port, OPERATOR);
    user = TestHttp.at(port, keys.create("a user", ApiKey.Role.USER).secret());
    TRAINER.seen().clear();
  }
}
