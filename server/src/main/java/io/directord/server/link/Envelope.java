package io.directord.server.link;

import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.util.List;

/**
 * A message to nodes, encoded once for all of them, when the first transport asks. Thread-safe:
 * should two ask at the same time, both encode the same.
 */
public final class Envelope {
  private final ServerMessage message;
  private List<byte[]> frames;

  public Envelope(ServerMessage message) {
    this.message = message;
  }

  public ServerMessage message() {
    return message;
  }

  /** As {@link io.directord.common.wire.Frames#toBytes} makes them; not to be changed. */
  public List<byte[]> frames() {
    List<byte[]> encoded = frames;
    if (encoded == null) {
      encoded = ServerCodec.encode(message).toBytes();
      frames = encoded;
    }
    return encoded;
  }
}
