package dev.cft.critiques.operations;

/// Hears how long work gets on, and may stop it by throwing.
public interface Watch {
  /// Nobody looks.
  Watch NONE =
      new Watch() {
        @Override
        public void stage(String words) {}

        @Override
        public void rows(long done, long total) {}
      };

  void stage(String words);

  /// Rows read in this stage so far; called every few hundred.
  void rows(long done, long total);
}
