package io.directord.bench.crowd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A connection of a node, over a channel of its own. Used by its group's thread only. */
interface Line {

  /** How far it is. */
  enum Stage {
    CONNECTING,
    /** The server has not said anything yet. */
    WAITING,
    /** The server has begun with its greeting. */
    GREETING,
    HELLO_SENT,
    INITIATE_SENT,
    READY
  }

  Stage stage();

  /**
   * Does what the selector has found the channel ready for.
   *
   * @return the messages that are complete
   * @throws IOException if the connection is lost
   */
  List<List<byte[]>> proceed(ByteBuffer shared) throws IOException;

  void send(List<byte[]> frames) throws IOException;

  /** Asks the server for a sign of life. */
  void ping() throws IOException;

  /** Asks again where no answer has come. */
  default void again(long now) throws IOException {}

  void close() throws IOException;
}
