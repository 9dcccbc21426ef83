package io.directord.bench.crowd;

import io.directord.common.security.CurveKeyPair;
import java.io.IOException;
import java.nio.channels.Selector;

/** Makes connections of one kind. */
interface Lines {

  /**
   * @param keys of the node
   * @param owner attached to the channel's key
   */
  Line open(CurveKeyPair keys, Selector selector, Object owner) throws IOException;
}
