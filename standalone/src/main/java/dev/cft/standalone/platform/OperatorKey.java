package dev.cft.standalone.platform;

import dev.cft.standalone.secrets.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;

/// The API key that the first start makes, kept in a file that only its owner can read.
///
/// @param secret `sk-cft-…`
/// @param fresh whether this start made it
record OperatorKey(String secret, boolean fresh) {
  static OperatorKey of(DataFolder folder) {
    var file = folder.operatorKey();
    try {
      if (Files.exists(file)) {
        return new OperatorKey(Files.readString(file).strip(), false);
      }
      return new OperatorKey("sk-cft-" + PrivateFile.randomSecret(), true);
    } catch (IOException e) {
      throw new StartException("the operator key %s cannot be used: %s".formatted(file, e));
    }
  }

  /// Keeps a fresh key. Done when the platform is ready: a first start that breaks off before it
  /// could tell the key is a first start again.
  void keep(DataFolder folder) {
    if (!fresh) {
      return;
    }
    try {
      PrivateFile.write(folder.operatorKey(), secret);
    } catch (IOException e) {
      throw new StartException(
          "the operator key %s cannot be written: %s".formatted(folder.operatorKey(), e));
    }
  }
}
