package dev.cft.eval.evals;

/// Who rates answers where a criterion wants a rating.
public interface Judge {
  /// Nobody: for criteria that judge by themselves.
  Judge NONE =
      new Judge() {
        @Override
        public String name() {
          return "none";
        }

        @Override
        public String ask(String system, String user) {
          throw new UnjudgedException("judge_missing", "the run names no judge");
        }
      };

  /// The judge's name, for the record.
  String name();

  /// What the judge says.
  ///
  /// @throws dev.cft.eval.endpoints.EndpointException it says nothing
  String ask(String system, String user) throws InterruptedException;
}
