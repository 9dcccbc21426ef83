package io.directord.server.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The keys of the database, all of which begin with {@code directord:}. */
final class RedisKeys {
  /** A hash: {@code version} and {@code id} of all of this, and how many {@code commits} it has. */
  static final byte[] FORMAT = key("format");

  /** Which server may write; see {@link RedisOwner}. */
  static final byte[] OWNER = key("owner");

  /** Set, for a moment, to learn why nothing can be. */
  static final byte[] PROBE = key("probe");

  /** Jobs by number. */
  static final byte[] JOBS = key("jobs");

  /** Id and parent of jobs, by number, in 32 bytes. */
  static final byte[] INDEX = key("index");

  /** Numbers of jobs, in order. */
  static final byte[] SEQS = key("seqs");

  /** Numbers of ended jobs, in order. */
  static final byte[] ENDED = key("ended");

  /** Summaries of ended jobs by number. */
  static final byte[] SUMMARIES = key("summaries");

  /** Numbers of cancelled jobs. */
  static final byte[] CANCELLED = key("cancelled");

  /** Ids of jobs, each with its number behind it. */
  static final byte[] IDS = key("ids");

  /** Ids of parents, each with the number of one of its jobs behind it. */
  static final byte[] PARENTS = key("parents");

  /** Nodes by identity. */
  static final byte[] NODES = key("nodes");

  /** Nodes of parents that begin node by node, by their id. */
  static final byte[] RUNS = key("runs");

  /** How far these have come. */
  static final byte[] PROGRESS = key("progress");

  /** What hooks are to be told, by key. */
  static final byte[] HOOK_EVENTS = key("hook_events");

  /** Tokens of the remote API by name. */
  static final byte[] TOKENS = key("tokens");

  /** Join tokens by id. */
  static final byte[] JOIN_TOKENS = key("join-tokens");

  /** Schedules by name. */
  static final byte[] SCHEDULES = key("schedules");

  /** How far these have come. */
  static final byte[] SCHEDULE_STATES = key("schedule-states");

  private static final int NUMBER_DIGITS = 16;

  private RedisKeys() {}

  private static byte[] key(String name) {
    return utf8("directord:" + name);
  }

  /** Results of a job by the index of their target. */
  static byte[] results(long seq) {
    return key("results:" + seq);
  }

  static byte[] number(long number) {
    return utf8(Long.toString(number));
  }

  static long number(byte[] text) {
    return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An entry of {@link #IDS} or {@link #PARENTS}. */
  static byte[] entry(UUID id, long seq) {
    return utf8(id + "/" + String.format("%0" + NUMBER_DIGITS + "x", seq));
  }

  static UUID id(byte[] entry) {
    String text = new String(entry, StandardCharsets.US_ASCII);
    return UUID.fromString(text.substring(0, text.indexOf('/')));
  }

  static long seq(byte[] entry) {
    String text = new String(entry, StandardCharsets.US_ASCII);
    return Long.parseLong(text.substring(text.indexOf('/') + 1), 16);
  }

  /** An entry of {@link #INDEX}. */
  static byte[] index(UUID id, UUID parent) {
    return ByteBuffer.allocate(4 * Long.BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putLong(parent.getMostSignificantBits())
        .putLong(parent.getLeastSignificantBits())
        .array();
  }

  static UUID idOf(byte[] index) {
    ByteBuffer in = ByteBuffer.wrap(index);
    return new UUID(in.getLong(), in.getLong());
  }

  static UUID parentOf(byte[] index) {
    ByteBuffer in = ByteBuffer.wrap(index).position(2 * Long.BYTES);
    return new UUID(in.getLong(), in.getLong());
  }
}
