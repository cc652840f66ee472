package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FailingOnce;
import dev.cft.store.jobs.JobId;
import dev.cft.store.specs.CritiquesSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessResourceFailureException;

@CritiqueServiceTest
class CommissionsTest {
  private static final JobId JOB = new JobId("crjob-commissions");

  @Test
  void rows_read_before_the_database_went_away_are_still_asked_for(
      @Autowired TeacherChoice choice, @Autowired StoredCritiques stored) {
    var spec = new CritiquesSpec("ds-any", "single", null, null, null);
    var task =
        new CritiqueTask(
            JOB, spec, List.of(choice.of("single", null)), "ds-any", Asker.job(JOB.value()));
    var commissions = new Commissions(new FailingOnce(9, 5), 8, task, new SeqSet(), stored);

    assertThatThrownBy(commissions::peek).isInstanceOf(DataAccessResourceFailureException.class);

    assertThat(commissions.left()).isEqualTo(8);
    var seqs = new ArrayList<Long>();
    for (var next = commissions.peek(); next != null; next = commissions.peek()) {
      seqs.add(next.commission().seq());
      commissions.take();
    }
    assertThat(seqs).containsExactlyElementsOf(LongStream.range(0, 8).boxed().toList());
  }
}
