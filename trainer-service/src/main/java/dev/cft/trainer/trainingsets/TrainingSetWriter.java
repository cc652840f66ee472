package dev.cft.trainer.trainingsets;

import dev.cft.store.StoreJson;
import dev.cft.trainer.trainingsets.FileRows.FileRow;
import dev.cft.trainer.trainingsets.RowMeasure.Lengths;
import dev.cft.trainer.trainingsets.TrainingSets.Order;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Selects, measures and writes rows, one pass, in flat memory.
final class TrainingSetWriter implements RowSource.Sink, AutoCloseable {
  private final Order order;
  private final Selection selection;
  private final RowMeasure measure;
  private final MessageDigest digest;
  private final OutputStream out;
  private final Writer places;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Long> left = new TreeMap<>();
  private final List<Long> firstCutTargets = new ArrayList<>();
  private long read;
  private long rows;
  private long tokens;
  private long targetTokens;
  private int longest;
  private long cut;
  private long cutTargets;
  private long withoutTarget;

  TrainingSetWriter(Order order, RowMeasure measure, Path file, Path placesFile)
      throws IOException {
    this.order = order;
    this.selection = new Selection(order.method());
    this.measure = measure;
    this.digest = sha256();
    this.out =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest);
    this.places = Files.newBufferedWriter(placesFile);
  }

  @Override
  public boolean accept(FileRow row) throws IOException {
    read++;
    switch (row) {
      case FileRow.Ready(var ready) -> takeReady(ready);
      case FileRow.Question(var question) -> {
        switch (selection.of(question)) {
          case Selection.Choice.Taken(var taken) -> take(taken);
          case Selection.Choice.Left(var reason) -> left.merge(reason, 1L, Long::sum);
        }
      }
    }
    Integer most = order.method().maxRows();
    return most == null || rows < most;
  }

  @Override
  public boolean malformed(String place, String message) {
    faults.add(place + " " + message);
    return faults.size() < TrainingSetException.MOST_FAULTS;
  }

  private void takeReady(TrainingRow row) throws IOException {
    if ("verified".equals(order.method().rows())) {
      left.merge("it carries no verdict", 1L, Long::sum);
    } else {
      take(row);
    }
  }

  private void take(TrainingRow row) throws IOException {
    if (!row.hasTarget()) {
      left.merge("its target is blank", 1L, Long::sum);
      return;
    }
    Lengths lengths;
    try {
      lengths = measure.of(row);
    } catch (IllegalArgumentException refused) {
      malformed("row " + read, String.valueOf(refused.getMessage()));
      return;
    }
    count(lengths);
    if (lengths.keptTarget() > 0) {
      rows++;
      out.write(StoreJson.mapper().writeValueAsBytes(row));
      out.write('\n');
      places.write(read + "\n");
    }
  }

  private void count(Lengths lengths) {
    longest = Math.max(longest, lengths.tokens());
    cut += lengths.isCut() ? 1 : 0;
    if (lengths.losesTarget() && firstCutTargets.size() < TrainingSet.MOST_NAMED) {
      firstCutTargets.add(read);
    }
    if (lengths.keptTarget() == 0) {
      withoutTarget++;
    } else {
      cutTargets += lengths.losesTarget() ? 1 : 0;
      tokens += lengths.keptTokens();
      targetTokens += lengths.keptTarget();
    }
  }

  /// @throws dev.cft.store.jobs.JobFailedException rows are malformed, or none is left
  TrainingSet finish() throws IOException {
    if (!faults.isEmpty()) {
      throw TrainingSetException.malformed(order.rows(), faults, order.param());
    }
    if (rows == 0) {
      throw TrainingSetException.failed("no_trainable_rows", whyNone(), order.param());
    }
    out.flush();
    places.flush();
    return new TrainingSet(
        rows,
        left,
        HexFormat.of().formatHex(digest.digest()),
        tokens,
        targetTokens,
        longest,
        cut,
        cutTargets,
        withoutTarget,
        firstCutTargets);
  }

  private String whyNone() {
    if (read == 0) {
      return order.rows() + " is empty: there is nothing to train on";
    }
    if (withoutTarget > 0) {
      return "%s has no row with room for its target: cutoff_len is %d tokens, the longest row has %d"
          .formatted(order.rows(), order.cutoff(), longest);
    }
    String reasons =
        left.entrySet().stream()
            .map(reason -> "%d rows: %s".formatted(reason.getValue(), reason.getKey()))
            .collect(Collectors.joining("; "));
    return "%s has no row for method '%s' (%s)"
        .formatted(order.rows(), order.method().type(), reasons);
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      places.close();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
