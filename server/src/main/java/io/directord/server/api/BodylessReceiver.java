package io.directord.server.api;

import io.netty.buffer.ByteBuf;

/** Receives a request that takes no body, and refuses one that has one. */
abstract class BodylessReceiver implements Receiver {
  final Exchange connection;
  private boolean refused;

  BodylessReceiver(Exchange connection) {
    this.connection = connection;
  }

  /** Of a body where none is read. */
  static ApiProblem unexpected() {
    return Call.bad(
        "this request takes no body: what it is for stands in its path and its parameters"
            + " (docs/openapi.yaml)");
  }

  /** The whole request has come, without a body. */
  abstract void received();

  @Override
  public final void begin() {
    connection.more();
  }

  @Override
  public final void part(ByteBuf bytes) {
    bytes.release();
    if (!refused) {
      refused = true;
      connection.reply(Reply.problem(unexpected()));
    }
  }

  @Override
  public final void end() {
    if (!refused) {
      received();
    }
  }
}
