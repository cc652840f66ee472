package dev.cft.standalone.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/// Ports to listen on.
final class Ports {
  private Ports() {}

  /// The port itself where nothing listens on it, a free one for 0.
  ///
  /// @throws StartException it is taken
  static int require(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return socket.getLocalPort();
    } catch (UnknownHostException e) {
      throw new StartException("--host %s is no address of this machine".formatted(host));
    } catch (IOException e) {
      throw new StartException(
          "port %d on %s cannot be used (%s). Stop what listens there, or choose another with --port, for example --port %d; nothing was started"
              .formatted(port, host, e.getMessage(), port == 65535 ? 8080 : port + 1));
    }
  }

  /// A port of the loopback address that is free now.
  static int free() {
    return require("127.0.0.1", 0);
  }
}
