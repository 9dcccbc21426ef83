package io.directord.server.hook;

import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.time.Instant;

/** Brings one event to where it is to go. */
interface Carrier {

  /**
   * One attempt; returns when the event was taken.
   *
   * @throws IOException if it was not; the message is for people
   */
  void carry(StoredHookEvent event, Instant now) throws IOException, InterruptedException;
}
