package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.teachers.Question;
import dev.cft.critiques.teachers.TeacherSettings;
import dev.cft.store.Sha256;
import dev.cft.store.datasets.DatasetRow;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// One critique to be had.
///
/// @param seq of the output row
/// @param row the input
/// @param by who is asked, and how
/// @param sample counts the same teacher's critiques of the row, from 0
/// @param job that wants it
record Commission(long seq, DatasetRow row, Chosen by, int sample, String job) {
  Question question() {
    return new Question(
        String.valueOf(row.question()),
        String.valueOf(row.response()),
        row.answer(),
        by.prompt(),
        job + "-" + seq);
  }

  /// The most that it can cost.
  double mostUsd() {
    return by.teacher().mostUsd(question());
  }

  /// Whether its critique may be one that is stored already: those of models only.
  boolean isReusable() {
    return by.teacher().settings().type() == TeacherSettings.Type.OPENAI;
  }

  /// SHA-256 of everything that a critique depends on.
  byte[] key() {
    var settings = by.teacher().settings();
    var digest = new Sha256();
    add(digest, by.teacher().name());
    add(digest, by.teacher().model());
    add(digest, by.prompt().version());
    add(
        digest,
        "%s %s %d %d"
            .formatted(settings.temperature(), settings.topP(), settings.maxTokens(), sample));
    add(digest, String.valueOf(row.question()));
    add(digest, String.valueOf(row.response()));
    return HexFormat.of().parseHex(digest.hex());
  }

  /// With its length, so that no two lists of texts look alike.
  private static void add(Sha256 digest, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.add((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.add(bytes);
  }
}
