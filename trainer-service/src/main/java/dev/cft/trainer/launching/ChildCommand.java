package dev.cft.trainer.launching;

import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.runs.RunFolder;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The command line and environment of a training process on this machine.
final class ChildCommand {
  /// What an engine may need to find; everything else, secrets above all, stays here.
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH");

  private static final List<String> ENVIRONMENT_PREFIXES =
      List.of(
          "DJL_",
          "AI_DJL",
          "OPT_OUT_",
          "ENGINE_CACHE",
          "PYTORCH_",
          "TORCH",
          "CUDA_",
          "CFT_CUDA_",
          "NVIDIA_",
          "OMP_",
          "MKL_");

  /// glibc keeps freed memory, in large pages: a training step frees and takes the same arrays
  /// again and again, and the kernel would zero them each time (docs/experiments.md; `cft train`
  /// sets the same).
  private static final Map<String, String> ALLOCATOR =
      Map.of(
          "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1",
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "67108864");

  /// Ctrl-C reaches every process of a terminal; ours are stopped by their service alone.
  private static final List<String> WITHOUT_INTERRUPT =
      List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh");

  private final TrainerProperties.Local local;

  /// A process's share of the machine.
  ///
  /// @param gpus by what CUDA calls them; empty on a machine without
  record Share(int threads, List<String> gpus) {}

  ChildCommand(TrainerProperties.Local local) {
    this.local = local;
  }

  /// The class path goes by environment: on the command line it would hide the run folder, by which
  /// an orphan is recognised.
  ProcessBuilder of(LaunchOrder order, Share share) {
    RunFolder folder = order.folder();
    String threads = Integer.toString(share.threads());
    var builder = new ProcessBuilder(arguments(order, threads));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.stdout().toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.stderr().toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !isPassedOn(name));
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    environment.put("OMP_NUM_THREADS", threads);
    environment.put("MKL_NUM_THREADS", threads);
    if (!share.gpus().isEmpty()) {
      environment.put("CUDA_VISIBLE_DEVICES", String.join(",", share.gpus()));
    }
    environment.putAll(ALLOCATOR);
    return builder;
  }

  private List<String> arguments(LaunchOrder order, String threads) {
    RunFolder folder = order.folder();
    String directory = folder.path().toString();
    var arguments = new ArrayList<>(WITHOUT_INTERRUPT);
    arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    arguments.add("-Xmx" + local.heap().toBytes());
    arguments.add("--enable-native-access=ALL-UNNAMED");
    arguments.add("-XX:+ExitOnOutOfMemoryError");
    arguments.add("-XX:ErrorFile=" + directory + File.separator + "logs/crash-%p.log");
    arguments.addAll(local.javaOptions());
    arguments.addAll(
        List.of(
            TrainingChild.class.getName(),
            directory,
            Long.toString(ProcessHandle.current().pid()),
            order.engineMain(),
            "--spec",
            folder.spec().toString(),
            "--run-dir",
            directory,
            "--threads",
            threads));
    return List.copyOf(arguments);
  }

  private static boolean isPassedOn(String name) {
    return ENVIRONMENT.contains(name) || ENVIRONMENT_PREFIXES.stream().anyMatch(name::startsWith);
  }
}
