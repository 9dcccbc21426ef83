package io.directord.server.api;

import io.netty.buffer.ByteBuf;

/** Receives a request whose body, if it has one, means nothing and is dropped. */
abstract class BodylessReceiver implements Receiver {
  final Exchange connection;

  BodylessReceiver(Exchange connection) {
    this.connection = connection;
  }

  @Override
  public final void begin() {
    connection.more();
  }

  @Override
  public final void part(ByteBuf bytes) {
    bytes.release();
    connection.more();
  }
}
