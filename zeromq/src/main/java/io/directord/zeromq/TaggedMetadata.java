package io.directord.zeromq;

import zmq.io.Metadata;

/** The metadata of a connection, which every message carries, with the connection itself. */
public final class TaggedMetadata extends Metadata {
  private final InboundConnection connection;

  TaggedMetadata(Metadata notes, InboundConnection connection) {
    if (notes != null) {
      set(notes);
    }
    this.connection = connection;
  }

  public InboundConnection connection() {
    return connection;
  }
}
