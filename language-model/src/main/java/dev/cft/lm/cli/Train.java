package dev.cft.lm.cli;

import dev.cft.lm.torch.Torch;
import dev.cft.lm.training.BadInputException;
import dev.cft.lm.training.RunResult;
import dev.cft.lm.training.TrainingRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Trains in a run folder: `Train --spec spec.json --run-dir DIR [--threads N]`. The contract is
/// docs/run-folder.md.
public final class Train {
  private static final String USAGE =
      """
      usage: ./cft train --spec FILE --run-dir DIR [--threads N]

        --spec FILE     what to train, by LLaMA-Factory's keys; paths in it are relative to DIR
        --run-dir DIR   the run folder: data, log, checkpoints, result; a run that was stopped goes on from its newest checkpoint
        --threads N     of one operator; by default OMP_NUM_THREADS, or one for each core

      The steps are told as JSON lines on standard output and in DIR/trainer_log.jsonl, messages on standard error.
      Exit codes: 0 done, 42 bad input, 74 the folder cannot be written, 75 stopped after a checkpoint. All of it: docs/run-folder.md\
      """;

  private static final int BAD_INPUT = 42;
  private static final int CANNOT_WRITE = 74;
  private static final int STOPPED = 75;
  private static final int CRASHED = 1;

  private Train() {}

  /// Exits with 0 done, 42 bad input, 74 cannot write, 75 stopped after a checkpoint, 1 crashed.
  public static void main(String[] arguments) {
    // A logging library may write to standard output, which belongs to JSON lines.
    var out = System.out;
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      out.println(USAGE);
      return;
    }
    System.setOut(System.err);
    var stop = new AtomicBoolean();
    var ended = new CountDownLatch(1);
    var stopper = new Thread(() -> stopGracefully(stop, ended), "stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    int code = run(arguments, stop, out);
    ended.countDown();
    if (stop.get()) {
      return; // the hook ends the process with its own code
    }
    Runtime.getRuntime().removeShutdownHook(stopper);
    System.exit(code);
  }

  /// SIGTERM: the step at hand ends, a checkpoint is written, the exit code says so.
  private static void stopGracefully(AtomicBoolean stop, CountDownLatch ended) {
    stop.set(true);
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STOPPED);
  }

  private static int run(String[] arguments, AtomicBoolean stop, PrintStream out) {
    @Nullable Path folder = null;
    try {
      var options = new Options(arguments, List.of("spec", "run-dir", "threads"));
      folder = Path.of(options.require("run-dir"));
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException("--run-dir " + folder + " is no folder");
      }
      options.integer("threads").ifPresent(Torch::threads);
      var end =
          TrainingRun.run(
              Path.of(options.require("spec")),
              folder,
              stop::get,
              System.err::println,
              out::println);
      return end == TrainingRun.End.DONE ? 0 : STOPPED;
    } catch (BadInputException e) {
      return fail(folder, BAD_INPUT, e.code(), e.getMessage(), e.param());
    } catch (IllegalArgumentException e) {
      return fail(folder, BAD_INPUT, "invalid_arguments", e.getMessage(), null);
    } catch (IOException e) {
      return fail(
          folder,
          CANNOT_WRITE,
          "cannot_write",
          "The run folder cannot be written: " + e.getMessage(),
          null);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return fail(folder, CRASHED, "crashed", e.toString(), null);
    }
  }

  private static int fail(
      @Nullable Path folder,
      int exit,
      String code,
      @Nullable String message,
      @Nullable String param) {
    System.err.println(message);
    if (folder != null) {
      try {
        new RunResult(folder).error(code, message == null ? code : message, param);
      } catch (IOException e) {
        System.err.println("error.json cannot be written: " + e.getMessage());
      }
    }
    return exit;
  }
}
