package io.directord.server;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.SharedKey;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a test gives to a server of its own process. */
final class ServerOptions {
  static final String SHARED_KEY = "a secret";

  private ServerOptions() {}

  /** The shared key, and ports of the loopback address that are free; may be changed. */
  static Map<Setting<?>, String> of(Path state, Path socket) throws IOException {
    Map<Setting<?>, String> options = new HashMap<>();
    options.put(Settings.STATE_PATH, state.toString());
    options.put(Settings.SOCKET_PATH, socket.toString());
    options.put(Settings.BIND_ADDRESS, "127.0.0.1");
    options.put(Settings.SHARED_KEY, SHARED_KEY);
    options.put(Settings.JOB_PORT, String.valueOf(FreePorts.next()));
    options.put(Settings.BACKEND_PORT, String.valueOf(FreePorts.next()));
    return options;
  }

  /** A node that has not said anything yet to a server with that shared key. */
  static FakeNode node(String identity, Server server, CurveKeyPair keys) {
    byte[] serverKey = SharedKey.serverKeys(SHARED_KEY).publicKey();
    return new FakeNode(identity, server.jobPort(), serverKey, keys);
  }
}
