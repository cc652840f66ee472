package dev.cft.grading.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The real system in its process.
class ComputerAlgebraTest {
  private static final int MILLIS = 700;

  @Test
  void it_survives_questions_that_take_all_time_and_all_memory() {
    var algebra = new ComputerAlgebra();

    assertThat(ask(algebra, "Integrate(Sin(Sin(w1^5)^7)^9,{w1,0,1})", "1"))
        .isInstanceOf(Values.Unknown.class);
    assertThat(ask(algebra, "Total(Range(10^9))", "1")).isInstanceOf(Values.Unknown.class);
    assertThat(ask(algebra, "(".repeat(5_000) + "1" + ")".repeat(5_000), "1"))
        .isInstanceOf(Values.class);
    assertThat(ask(algebra, "Integrate(w1^2,{w1,0,1})", "1/3"))
        .asInstanceOf(type(Values.Known.class))
        .satisfies(
            known -> assertThat(known.pairs().getFirst()).containsExactly(1 / 3.0, 0, 1 / 3.0, 0));
  }

  @Test
  void without_its_jar_nothing_is_known() {
    var absent = new ComputerAlgebra("/no/such/Engine.class");

    assertThat(ask(absent, "1", "1"))
        .isEqualTo(new Values.Unknown("no computer algebra system is installed"));
  }

  private static Values ask(ComputerAlgebra algebra, String first, String second) {
    return algebra.values(first, second, List.of(""), MILLIS).values();
  }
}
