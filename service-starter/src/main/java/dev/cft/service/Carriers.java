package dev.cft.service;

/// The platform threads that carry virtual ones.
///
/// A virtual thread that waits inside a class's initialiser keeps its carrier (until JDK 26, JEP
/// 491 leaves this case out). With as many carriers as cores, two on a small machine, a first burst
/// of requests through a library that takes locks there (Kotlin's reflection under the OpenAI
/// client did) holds all of them, while the lock's holder waits for one: the whole process stands
/// still for good.
final class Carriers {
  /// Our choice: more than ever initialise classes at once. Idle ones are not started, and the
  /// operating system shares the cores among them.
  private static final int ENOUGH = 64;

  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  private Carriers() {}

  /// Works only before the process's first virtual thread. What the user has set stays.
  static void provide() {
    if (System.getProperty(PARALLELISM) == null) {
      System.setProperty(PARALLELISM, Integer.toString(ENOUGH));
    }
  }
}
