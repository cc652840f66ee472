package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The client of docs/critiques.md, "From other services", as another service would have it.
@CritiqueServiceTest
class TypedClientTest {
  private interface Critiques {
    @PostExchange("/v1/critiques")
    Critique critique(@RequestBody Ask ask);

    @PostExchange("/v1/critiques")
    Several critiques(@RequestBody AskSeveral ask);
  }

  private record Ask(String question, String response, @Nullable String answer) {}

  private record AskSeveral(String teacher, List<Ask> items) {}

  private record Critique(
      String id,
      String status,
      @Nullable String verdict,
      @Nullable String critique,
      @Nullable String reason,
      double costUsd) {}

  private record Several(List<Critique> data) {}

  private static Critiques critiques(String api, String key) {
    var json =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    var client =
        RestClient.builder()
            .baseUrl(api)
            .defaultHeaders(headers -> headers.setBearerAuth(key))
            .configureMessageConverters(converters ->
                converters.withJsonConverter(new JacksonJsonHttpMessageConverter(json)))
            .build();
    return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
        .build()
        .createClient(Critiques.class);
  }

  @Test
  void a_service_asks_in_its_own_types(@LocalServerPort int port) {
    var critiques = critiques("http://127.0.0.1:" + port, Api.KEY);
    var right = new Ask("What is 3*4+1?", "3 * 4 = 12\n12 + 1 = 13\nA: 13", "13");
    var wrong = new Ask("What is 3*4+1?", "3 * 4 = 13, so 14\nA: 14", "13");

    var one = critiques.critique(right);
    var several = critiques.critiques(new AskSeveral("arithmetic", List.of(right, wrong)));

    assertThat(one.verdict()).isEqualTo("right");
    assertThat(one.status()).isEqualTo("ok");
    assertThat(several.data()).extracting(Critique::verdict).containsExactly("right", "wrong");
    assertThatThrownBy(() -> critiques.critique(new Ask("", "", null)))
        .isInstanceOfSatisfying(
            HttpClientErrorException.class,
            e -> assertThat(e.getResponseBodyAsString()).contains("missing_question"));
  }
}
