package dev.cft.critiques.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.critiques.responses.ResponseTask.Sample;
import dev.cft.critiques.testing.FailingOnce;
import java.util.ArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class SamplesTest {
  @Test
  void a_database_that_goes_away_between_rows_costs_no_sample() {
    var samples = new Samples(new FailingOnce(9, 2), 4, 3);
    var taken = new ArrayList<Sample>();
    for (int i = 0; i < 6; i++) {
      taken.add(samples.next());
    }

    assertThatThrownBy(samples::hasNext).isInstanceOf(DataAccessResourceFailureException.class);
    samples.forEachRemaining(taken::add);

    assertThat(taken)
        .extracting(Sample::seq)
        .containsExactlyElementsOf(LongStream.range(0, 12).boxed().toList());
    assertThat(taken).allMatch(each -> each.input().seq() * 3 + each.number() == each.seq());
  }
}
