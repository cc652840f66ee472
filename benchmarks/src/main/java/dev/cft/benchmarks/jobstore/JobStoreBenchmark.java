package dev.cft.benchmarks.jobstore;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Claims and completions per second of the job store and of db-scheduler, in turns, on the same
/// embedded Postgres. Arguments: jobs in a round, rounds, workers, `on` or `off` for fsync.
final class JobStoreBenchmark {
  private JobStoreBenchmark() {}

  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    var jobs = argument(args, 0, 5_000);
    var rounds = argument(args, 1, 5);
    var workers = argument(args, 2, 8);
    var fsync = args.length > 3 ? args[3] : "on";
    try (var postgres = postgres(fsync)) {
      var url = postgres.getJdbcUrl("postgres", "postgres");
      try (Contender ours = new OurJobs(url, workers);
          Contender theirs = new DbScheduler(url, workers)) {
        System.out.printf("%d jobs a round, %d workers, fsync %s%n", jobs, workers, fsync);
        print(measure(List.of(ours, theirs), jobs, rounds));
      }
    }
  }

  private static EmbeddedPostgres postgres(String fsync) throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", fsync)
        .setServerConfig("synchronous_commit", fsync)
        .start();
  }

  /// One round of one contender.
  private record Round(
      String contender, double jobsPerSecond, double javaMillis, double postgresMillis) {}

  /// All rounds but the first, which warms up.
  private static List<Round> measure(List<Contender> contenders, int jobs, int rounds)
      throws InterruptedException {
    var measured = new ArrayList<Round>();
    for (int round = 0; round <= rounds; round++) {
      for (var contender : contenders) {
        var result = round(contender, jobs);
        if (round > 0) {
          measured.add(result);
        }
      }
    }
    return measured;
  }

  private static Round round(Contender contender, int jobs) throws InterruptedException {
    contender.fill(jobs);
    var start = System.nanoTime();
    var cpu = CpuTime.now();
    contender.drain();
    var used = CpuTime.now().since(cpu);
    var seconds = (System.nanoTime() - start) / 1e9;
    contender.check(jobs);
    return new Round(
        contender.name(),
        jobs / seconds,
        (double) used.here().toMillis() / jobs,
        (double) used.postgres().toMillis() / jobs);
  }

  private static void print(List<Round> rounds) {
    System.out.println(
        "| | jobs/s, median | lowest | highest | CPU ms a job in Java | in Postgres |");
    System.out.println("|---|---|---|---|---|---|");
    var names = rounds.stream().map(Round::contender).distinct().toList();
    names.forEach(name -> printLine(name, of(name, rounds)));
    var rates = names.stream().map(name -> median(of(name, rounds), Round::jobsPerSecond)).toList();
    System.out.printf("Ratio: %.2f%n", rates.get(0) / rates.get(1));
  }

  private static void printLine(String name, List<Round> rounds) {
    var rates = rounds.stream().mapToDouble(Round::jobsPerSecond).summaryStatistics();
    System.out.printf(
        "| %s | %.0f | %.0f | %.0f | %.2f | %.2f |%n",
        name,
        median(rounds, Round::jobsPerSecond),
        rates.getMin(),
        rates.getMax(),
        median(rounds, Round::javaMillis),
        median(rounds, Round::postgresMillis));
  }

  private static List<Round> of(String name, List<Round> rounds) {
    return rounds.stream().filter(round -> round.contender().equals(name)).toList();
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    var sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
