package dev.cft.trainer;

import dev.cft.trainer.devices.Devices;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// The trainer service.
@SpringBootApplication
@EnableConfigurationProperties(TrainerProperties.class)
public class TrainerApplication {
  /// The application, ready to run: alone, or beside others in one JVM.
  public static SpringApplicationBuilder application() {
    int slots = slotsOfThisMachine();
    return new SpringApplicationBuilder(TrainerApplication.class)
        .properties(
            Map.of(
                "spring.config.name",
                "trainer-service",
                "cft.trainer.local.slots",
                Integer.toString(slots)));
  }

  /// Its GPUs, or shares of its CPU where it has none.
  private static int slotsOfThisMachine() {
    int gpus = Devices.ofThisMachine().gpus().size();
    return gpus > 0
        ? gpus
        : TrainerProperties.Local.defaultSlots(Runtime.getRuntime().availableProcessors());
  }

  public static void main(String[] args) {
    application().run(args);
  }
}
