package dev.cft.standalone.platform;

import dev.cft.standalone.PrivateFile;
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
      var secret = "sk-cft-" + PrivateFile.randomSecret();
      PrivateFile.write(file, secret);
      return new OperatorKey(secret, true);
    } catch (IOException e) {
      throw new StartException("the operator key %s cannot be used: %s".formatted(file, e));
    }
  }
}
