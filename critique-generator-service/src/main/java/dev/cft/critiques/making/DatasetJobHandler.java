package dev.cft.critiques.making;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.Watch;
import dev.cft.critiques.rows.MalformedRowsException;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.LeaseLostException;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.jobs.Progress;
import dev.cft.store.specs.DatasetSpec;
import java.util.Map;
import org.springframework.stereotype.Component;

/// Makes datasets where it takes long.
@Component
class DatasetJobHandler implements JobHandler {
  private final DatasetMaker maker;
  private final Jobs jobs;

  DatasetJobHandler(DatasetMaker maker, Jobs jobs) {
    this.maker = maker;
    this.jobs = jobs;
  }

  @Override
  public JobKind kind() {
    return JobKind.DATASET;
  }

  @Override
  public Outcome run(JobRun run) {
    var id = DatasetIds.of(run.job().id());
    var spec = StoreJson.read(run.job().spec(), DatasetSpec.class);
    var origin = Map.of("job", run.job().id().value());
    try {
      var made =
          maker.make(
              new DatasetMaker.Order(
                  id,
                  spec,
                  origin,
                  new Told(run),
                  work ->
                      run.fenced(() -> {
                        work.run();
                        return true;
                      })));
      run.event(Level.INFO, "Made %s of %d rows".formatted(id, made.rows()), null);
      var result = StoreJson.mapper().createObjectNode();
      result.put("dataset", id).put("rows", made.rows()).put("hash", made.hash());
      return new Outcome.Succeeded(result);
    } catch (StoppedException stopped) {
      return stopped.outcome;
    } catch (MalformedRowsException e) {
      maker.forget(id);
      return new Outcome.Failed(
          new JobError("invalid_rows", String.valueOf(e.getMessage()), e.field()));
    } catch (OperationException e) {
      maker.forget(id);
      return new Outcome.Failed(
          new JobError(e.code(), String.valueOf(e.getMessage()), "operations"));
    } catch (JobFailedException e) {
      maker.forget(id);
      throw e;
    } catch (LeaseLostException lost) {
      if (jobs.find(run.job().id())
          .filter(job -> job.state() instanceof JobState.Cancelled)
          .isPresent()) {
        maker.forget(id);
      }
      throw lost;
    }
  }

  /// The job is to stop now.
  private static final class StoppedException extends RuntimeException {
    private final transient Outcome outcome;

    StoppedException(Outcome outcome) {
      super("stopped");
      this.outcome = outcome;
    }
  }

  /// Tells the job how far it is and looks whether it is to stop.
  private record Told(JobRun run) implements Watch {
    @Override
    public void stage(String words) {
      run.stage(words);
      look();
    }

    @Override
    public void rows(long done, long total) {
      run.progress(new Progress(done, Math.max(done, total), "rows"));
      look();
    }

    private void look() {
      switch (run.signal()) {
        case GO_ON -> {}
        case PAUSE -> throw new StoppedException(new Outcome.Paused());
        case SHUTDOWN, YIELD -> throw new StoppedException(new Outcome.Released());
        case LEASE_LOST -> throw new LeaseLostException(run.job().id());
      }
    }
  }
}
