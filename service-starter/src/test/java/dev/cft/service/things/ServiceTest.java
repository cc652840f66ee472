package dev.cft.service.things;

import dev.cft.service.testing.TestHttp;
import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import dev.cft.store.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/// A running service with a database, and keys to it.
@Import(TestDatabase.class)
@SpringBootTest(
    classes = ThingsApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.application.name=things",
      "cft.operator-key=" + ServiceTest.OPERATOR,
      "cft.service.open-paths=/open/**",
      "cft.service.max-body=64KB",
      "spring.servlet.multipart.max-file-size=256KB",
      "spring.servlet.multipart.max-request-size=300KB"
    })
abstract class ServiceTest {
  static final String OPERATOR = "sk-cft-operator-of-the-tests-000";

  @LocalServerPort int port;
  @Autowired ApiKeys keys;
  @Autowired ThingsController things;

  TestHttp operator;
  TestHttp user;
  TestHttp nobody;

  @BeforeEach
  void connect() {
    operator = TestHttp.at(port, OPERATOR);
    user = TestHttp.at(port, keys.create("a user", ApiKey.Role.USER).secret());
    nobody = TestHttp.withoutKey(port);
  }
}
