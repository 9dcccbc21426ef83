package io.directord.server.link;

import io.directord.common.config.Settings;
import io.directord.server.memory.ResultMemory;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Makes transports beside the server's own; found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {

  /**
   * What a transport is made with.
   *
   * @param address where ports listen
   * @param sharedKey that nodes join with; null if they join otherwise
   * @param contents what jobs deliver
   * @param memory reserved for what nodes say, before the listener is told
   * @param refusals where it is noted who may not join
   * @param threads told when a thread of a library dies
   */
  record Context(
      String address,
      String sharedKey,
      PlainContents contents,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Threads threads) {}

  /**
   * Binds the transport's ports.
   *
   * @return empty if the settings do not ask for it
   * @throws IOException in words for people, if a setting is wrong or a port cannot be had; nothing
   *     is left bound
   */
  Optional<Transport> open(Settings settings, Context context) throws IOException;
}
