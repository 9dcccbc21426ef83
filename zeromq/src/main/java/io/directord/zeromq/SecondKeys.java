package io.directord.zeromq;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Second key pairs of servers, whose peers may know them by either one while keys are changed.
 * JeroMQ gives a server one pair, and uses it twice in a handshake: to open what a peer has said
 * first, and to seal the answer. Where the first key does not open it, the second one is tried, and
 * remembered for the answer to that peer, which is known by its key of this handshake. Thread-safe.
 */
public final class SecondKeys {
  /** Handshakes that wait for the answer; JeroMQ makes it right away. */
  private static final int MAX_PEERS = 10_000;

  /** By the first one; secret keys. */
  private static final Map<ByteBuffer, byte[]> SECOND = new ConcurrentHashMap<>();

  private static final Map<ByteBuffer, byte[]> PEERS =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, byte[]> eldest) {
              return size() > MAX_PEERS;
            }
          });

  private SecondKeys() {}

  /**
   * Gives a server a second pair, or takes it away.
   *
   * @param secretKey of the pair that it has
   * @param second secret key of the other one; null for none
   */
  public static void set(byte[] secretKey, byte[] second) {
    if (second == null) {
      SECOND.remove(ByteBuffer.wrap(secretKey));
    } else {
      SECOND.put(ByteBuffer.wrap(secretKey.clone()), second.clone());
    }
  }

  /** The second key of that one; null for none. */
  public static byte[] of(byte[] secretKey) {
    return SECOND.isEmpty() ? null : SECOND.get(ByteBuffer.wrap(secretKey));
  }

  /** A peer has spoken to this second key. */
  public static void used(byte[] peer, byte[] second) {
    PEERS.put(ByteBuffer.wrap(peer.clone()), second);
  }

  /** The key that answers the peer: the second one, once, if it has spoken to that. */
  public static byte[] toAnswer(byte[] peer, byte[] secretKey) {
    byte[] second = of(secretKey);
    byte[] used = second == null ? null : PEERS.remove(ByteBuffer.wrap(peer));
    return used == second && used != null ? second : secretKey;
  }
}
