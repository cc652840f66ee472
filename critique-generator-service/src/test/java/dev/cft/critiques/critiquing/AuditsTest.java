package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@CritiqueServiceTest
class AuditsTest {
  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port, @Autowired FakeTeacher fake) {
    api = new Api(port);
    // it says right of what contains a 4
    fake.usually("steady", FakeTeacher.good());
  }

  /// Of twelve responses half are 4, as gold is; half of the others have a 4 in them, too.
  private String job() {
    var lines =
        IntStream.range(0, 12)
            .mapToObj(i ->
                "{\"question\":\"audit %d?\",\"answer\":\"4\",\"response\":\"It is %d.\"}"
                    .formatted(i, i % 2 == 0 ? 4 : i % 4 == 1 ? 14 : 5))
            .collect(Collectors.joining("\n"));
    var request =
        Map.of("input", api.dataset(lines, Map.of()), "teachers", List.of("steady", "arithmetic"));
    var id = api.post("/v1/critiques/jobs", request).ok().text("id");
    api.ended("/v1/critiques/jobs/" + id, Duration.ofSeconds(60));
    return id;
  }

  @Test
  void verdicts_are_counted_against_gold_and_among_teachers() {
    var agreement = api.get("/v1/critiques/agreement?input=" + job()).ok().json();

    var steady = agreement.path("teachers").path("steady");
    assertThat(steady.path("compared").asInt()).isEqualTo(12);
    assertThat(steady.path("agreed").asInt()).isEqualTo(9);
    assertThat(steady.path("rate").asDouble()).isEqualTo(0.75);
    assertThat(steady.path("confusion"))
        .hasToString("{\"right\":{\"right\":6},\"wrong\":{\"right\":3,\"wrong\":3}}");
    // Wilson's interval of 9 of 12
    assertThat(steady.path("interval").path("low").asDouble()).isBetween(0.467, 0.468);
    assertThat(steady.path("interval").path("high").asDouble()).isBetween(0.911, 0.912);
    assertThat(agreement.path("teachers").path("arithmetic").path("rate").asDouble()).isEqualTo(1);
    assertThat(agreement.path("among_teachers").path("unanimous").asInt()).isEqualTo(9);
  }

  @Test
  void rows_are_chosen_by_agreement() {
    var dataset = api.get("/v1/critiques/jobs/" + job()).ok().text("dataset");

    var agreed = api.post("/v1/datasets/" + dataset + "/filter", Map.of("agrees", true)).ok();
    var others = api.get("/v1/datasets/" + dataset + "/rows?agrees=false").ok().json();

    assertThat(agreed.json().path("rows").asInt()).isEqualTo(21);
    assertThat(others.path("data")).hasSize(3);
  }

  @Test
  void people_mark_a_sample_that_its_seed_decides() {
    var job = job();
    var audit = api.post("/v1/critiques/audits", Map.of("input", job, "size", 5, "seed", 7)).ok();
    var same = api.post("/v1/critiques/audits", Map.of("input", job, "size", 5, "seed", 7)).ok();
    var path = "/v1/critiques/audits/" + audit.text("id");

    var items = api.get(path + "/items?limit=3").ok().json();
    var rest = api.get(path + "/items?after=" + items.path("last_id").asString()).ok().json();
    var again = api.get("/v1/critiques/audits/" + same.text("id") + "/items?limit=3").ok().json();
    var first = items.path("data").path(0).path("id").asString();
    var second = items.path("data").path(1).path("id").asString();
    api.put(path + "/items/" + first + "/mark", Map.of("mark", "disagree")).ok();
    var marked =
        api.put(path + "/items/" + first + "/mark", Map.of("mark", "agree", "note", "fine")).ok();
    api.put(path + "/items/" + second + "/mark", Map.of("mark", "disagree")).ok();

    assertThat(items.path("has_more").asBoolean()).isTrue();
    assertThat(rest.path("data")).hasSize(2);
    assertThat(again.path("data")).isEqualTo(items.path("data"));
    assertThat(marked.json().path("marks").path(0).path("note").asString()).isEqualTo("fine");
    var marks = api.get(path).ok().json().path("marks");
    assertThat(marks.path("rows").asInt()).isEqualTo(2);
    assertThat(marks.path("agreement").asDouble()).isEqualTo(0.5);
    assertThat(api.put(path + "/items/99999/mark", Map.of("mark", "agree")).status())
        .isEqualTo(404);
    assertThat(api.put(path + "/items/" + first + "/mark", Map.of("mark", "maybe")).message())
        .contains("agree, disagree or unsure");
    assertThat(
            api.get("/v1/critiques/audits?limit=1")
                .ok()
                .json()
                .path("data")
                .path(0)
                .path("id")
                .asString())
        .isEqualTo(same.text("id"));
  }
}
