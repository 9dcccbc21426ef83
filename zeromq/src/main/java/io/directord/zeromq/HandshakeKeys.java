package io.directord.zeromq;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Key pairs of a server by any of which its peers may know it. JeroMQ gives a server one pair, and
 * uses it twice in a handshake: to open what a peer has said first, and to seal the answer. Where
 * the first key does not open it, the others are tried; which one did is remembered for the answer
 * to that peer, which is known by its key of this handshake, and for its connection. Thread-safe.
 */
public final class HandshakeKeys {
  /** {@link #takeSpoken} of a connection whose handshake began too many others ago. */
  public static final int UNKNOWN = -1;

  /** Handshakes that are not over; of 200 bytes or so each. */
  private static final int MAX_PEERS = 1 << 15;

  /** By the first one; secret keys, the first one too. */
  private static final Map<ByteBuffer, List<byte[]>> SERVERS = new ConcurrentHashMap<>();

  private static final Map<ByteBuffer, Spoken> PEERS =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Spoken> eldest) {
              return size() > MAX_PEERS;
            }
          });

  /** The handshake whose last message this thread of the library reads. */
  private static final ThreadLocal<Ending> ENDING = new ThreadLocal<>();

  /** What a peer has spoken to: the keys of a server, and which of them. */
  private record Spoken(List<byte[]> keys, int number) {}

  /**
   * @param secretKey that the server has made for this handshake
   * @param number as in {@link #takeSpoken}
   */
  private record Ending(byte[] secretKey, int number) {}

  private HandshakeKeys() {}

  /**
   * Gives a server further pairs, in place of those that it was given before.
   *
   * @param secretKey of the pair that JeroMQ knows, which is number 0
   * @param others secret keys of numbers 1 and up; empty for none
   */
  public static void set(byte[] secretKey, List<byte[]> others) {
    ByteBuffer first = ByteBuffer.wrap(secretKey.clone());
    if (others.isEmpty()) {
      SERVERS.remove(first);
      return;
    }
    List<byte[]> all = new ArrayList<>();
    all.add(first.array());
    others.forEach(key -> all.add(key.clone()));
    SERVERS.put(first, List.copyOf(all));
  }

  /** The keys of a server with others, that one first; null if it has no others. */
  public static List<byte[]> of(byte[] secretKey) {
    return SERVERS.isEmpty() ? null : SERVERS.get(ByteBuffer.wrap(secretKey));
  }

  /**
   * A peer has spoken to one of these keys, in its first message.
   *
   * @param peer its key of this handshake
   */
  public static void used(byte[] peer, List<byte[]> keys, int number) {
    PEERS.put(ByteBuffer.wrap(peer.clone()), new Spoken(keys, number));
  }

  /** The key that answers the peer: the one to which it has spoken. */
  public static byte[] toAnswer(byte[] peer, byte[] secretKey) {
    List<byte[]> keys = of(secretKey);
    Spoken spoken = keys == null ? null : PEERS.get(ByteBuffer.wrap(peer));
    return spoken != null && spoken.keys == keys ? keys.get(spoken.number) : secretKey;
  }

  /**
   * A box was opened by which the peer has shown that it has that key. The last message of a
   * handshake has two: one of the peer's key of this handshake, then one of its own.
   *
   * @param secretKey with which it was opened
   */
  public static void opened(byte[] peer, byte[] secretKey) {
    Ending ending = ENDING.get();
    if (ending == null || !Arrays.equals(ending.secretKey, secretKey)) {
      Spoken spoken = PEERS.isEmpty() ? null : PEERS.remove(ByteBuffer.wrap(peer));
      ENDING.set(new Ending(secretKey, spoken == null ? UNKNOWN : spoken.number));
    }
  }

  /**
   * The number of the key to which the peer has spoken whose handshake has just been read to its
   * end, on this thread; once.
   */
  public static int takeSpoken() {
    Ending ending = ENDING.get();
    ENDING.remove();
    return ending == null ? UNKNOWN : ending.number;
  }
}
