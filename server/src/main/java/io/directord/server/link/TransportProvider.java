package io.directord.server.link;

import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.memory.ResultMemory;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Makes transports beside the server's own; found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {

  /**
   * The parameters of a transport.
   *
   * @param address on which ports listen
   * @param sharedKey that nodes join with; null if they join otherwise
   * @param contents deliveries of jobs
   * @param memory reserved for messages of nodes, before the listener is called
   * @param refusals notes refused clients
   * @param threads called when a thread of a library dies
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
   * Looks at the settings as {@link #open} does, and opens nothing.
   *
   * @throws WrongSettingException if they contradict each other
   */
  void check(Settings settings) throws WrongSettingException;

  /**
   * Binds the transport's ports.
   *
   * @return empty if the settings do not request it
   * @throws IOException with a message for people, if a setting is invalid or a port is not
   *     available; nothing is left bound
   */
  Optional<Transport> open(Settings settings, Context context) throws IOException;
}
