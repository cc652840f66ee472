package dev.cft.store.models;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.CrudRepository;

/// The table `models`.
interface ModelRows extends CrudRepository<ModelEntity, String> {
  @Query(
      """
      select m from ModelEntity m where :withCheckpoints = true or m.kind <> CHECKPOINT
      order by case when m.kind = BASE then 0 else 1 end, m.createdAt desc, m.id
      """)
  List<ModelEntity> list(boolean withCheckpoints);

  @Query(
      "select m from ModelEntity m where m.kind = CHECKPOINT and m.jobId = :jobId order by m.step")
  List<ModelEntity> checkpointsOf(String jobId);
}
