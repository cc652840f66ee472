package dev.cft.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp;
import dev.cft.store.keys.ApiKey;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "cft.gateway.requests-per-minute=2")
class RateLimitTest extends GatewayTest {
  @Test
  void a_key_that_asks_too_often_is_told_when_to_come_back() {
    var other = TestHttp.at(port, keys.create("another", ApiKey.Role.USER).secret());
    var first = user.get("/v1/jobs");
    user.get("/v1/jobs");
    var refused = user.get("/v1/jobs");

    assertThat(first.header("x-ratelimit-limit-requests")).isEqualTo("2");
    assertThat(first.header("x-ratelimit-remaining-requests")).isEqualTo("1");
    assertThat(first.header("x-ratelimit-reset-requests")).isEqualTo("30s");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("type").asString()).isEqualTo("rate_limit_error");
    assertThat(refused.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 30);
    assertThat(other.get("/v1/jobs").status()).isEqualTo(200);
    assertThat(TestHttp.withoutKey(port).get("/actuator/health").status()).isEqualTo(200);
  }
}
