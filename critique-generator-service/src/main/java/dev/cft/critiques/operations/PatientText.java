package dev.cft.critiques.operations;

/// A text that a regular expression may look at for so long only: some need time that doubles with
/// every character.
final class PatientText implements CharSequence {
  /// Characters looked at per text (our choice): some tenths of a second.
  private static final int MOST_LOOKS = 50_000_000;

  private final String text;
  private int looks;

  PatientText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if (++looks > MOST_LOOKS) {
      throw new OperationException(
          "pattern_too_slow",
          "A regular expression looked %d times at the characters of one text of %d; write it without nested repetitions."
              .formatted(MOST_LOOKS, text.length()));
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
