package io.directord.bench.crowd;

import io.directord.common.security.SharedKey;

/**
 * A process of simulated nodes: {@code Simulator ENDPOINT FIRST COUNT}, the shared key in the
 * environment. It runs until it is ended.
 */
public final class Simulator {
  private Simulator() {}

  public static void main(String[] arguments) {
    String endpoint = arguments[0];
    int first = Integer.parseInt(arguments[1]);
    int end = first + Integer.parseInt(arguments[2]);
    byte[] serverKey = SharedKey.serverKeys(System.getenv("DIRECTORD_ZMQ_SHARED_KEY")).publicKey();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    for (int node = first; node < end; node += NodeGroup.MAX_NODES) {
      int count = Math.min(NodeGroup.MAX_NODES, end - node);
      new Thread(new NodeGroup(endpoint, serverKey, node, count), "nodes-" + node).start();
    }
  }
}
