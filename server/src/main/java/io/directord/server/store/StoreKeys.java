package io.directord.server.store;

import java.nio.ByteBuffer;
import java.util.UUID;

/** By what results and parents are found in their tables, in the order of submission. */
final class StoreKeys {
  /** A result's key is its job's number and, in so many bits, the index of its target. */
  private static final int TARGET_BITS = 20;

  private StoreKeys() {}

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static long resultKey(long seq, int target) {
    return seq << TARGET_BITS | target;
  }

  static int target(long resultKey) {
    return (int) (resultKey & (1 << TARGET_BITS) - 1);
  }

  static long seqOfResultKey(long resultKey) {
    return resultKey >>> TARGET_BITS;
  }

  static String parentKey(UUID parent, long seq) {
    return parent + "/" + String.format("%016x", seq);
  }

  static long seqOfParentKey(String key) {
    return Long.parseLong(key.substring(key.indexOf('/') + 1), 16);
  }
}
