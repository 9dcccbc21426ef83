package io.directord.nats;

import io.directord.common.security.NoiseCipher;
import io.directord.common.security.NoiseHandshake;
import io.directord.common.wire.Frames;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A session between a node and a server over a channel that may lose, repeat, reorder, forge and
 * read what it carries: messages go in numbered records, each sealed. A record that is not of this
 * session, or was there before, is refused; where one is missing, the session ends, and both sides
 * send again in the next one what is not confirmed. So a message is lost with its session only.
 *
 * <p>Back-pressure: a side sends at most {@link #WINDOW} bytes that the other has not consumed, as
 * frames count, see {@link #sizeOf}. What one side keeps of the other is bounded by that, and by
 * the longest message.
 *
 * <p>Not thread-safe.
 */
public final class SealedSession {
  public static final int ID_BYTES = 16;

  /** Bytes that may be under way in one direction and not consumed. */
  public static final long WINDOW = 256 << 10;

  /** What a frame counts more than it has bytes: as much as one of a ZeroMQ connection. */
  public static final int FRAME_BYTES = 160;

  /** Number of the first byte of a record, by which it is told from handshakes. */
  static final byte RECORD = 3;

  /** Content of a record; any broker takes a message of this length. */
  private static final int MAX_CONTENT_BYTES = 56 << 10;

  private static final int HEADER_BYTES = 1 + ID_BYTES + Long.BYTES;

  /** No record is longer. */
  public static final int MAX_RECORD_BYTES =
      HEADER_BYTES + 1 + Long.BYTES + MAX_CONTENT_BYTES + NoiseCipher.TAG_BYTES;

  /** The other side is told what was consumed when it is so much. */
  private static final long REPORT_BYTES = WINDOW / 4;

  private static final int MORE = 1 << 31;
  private static final int MAX_REASON_BYTES = 500;

  private static final int PING = 1;
  private static final int PONG = 2;
  private static final int END = 4;

  private final byte[] id;
  private final byte[] bound;
  private final NoiseHandshake.Session keys;
  private final Limits limits;

  private long sent;
  private long sentBytes;
  private long consumedByOther;
  private final Deque<List<byte[]>> outgoing = new ArrayDeque<>();
  private int nextFrame;
  private boolean pingDue;
  private boolean pongDue;
  private String goodbye;
  private boolean over;

  private long expected;
  private long receivedBytes;
  private long consumed;
  private long reported;
  private long granted;
  private List<byte[]> partial = new ArrayList<>();
  private long partialBytes;
  private long partialConsumed;
  private final Deque<Message> messages = new ArrayDeque<>();
  private long queuedBytes;
  private String ended;

  /**
   * How long messages of the other side may be.
   *
   * @param small without being granted room, as {@link #sizeOf} counts
   * @param frames of a message
   */
  public record Limits(long small, int frames) {}

  /**
   * A message of the other side.
   *
   * @param bytes as {@link #sizeOf} counts
   */
  public record Message(List<byte[]> frames, long bytes, long consumed) {}

  /** What became of a record. */
  public enum Receipt {
    TAKEN,
    /** It was received before. */
    REPLAYED,
    /** It was not sealed by the other side for this session, or was changed. */
    FORGED,
    /** The session has ended, see {@link #ended}. */
    ENDED
  }

  SealedSession(byte[] id, NoiseHandshake.Session keys, Limits limits) {
    this.id = id;
    this.bound = ByteBuffer.allocate(1 + ID_BYTES).put(RECORD).put(id).array();
    this.keys = keys;
    this.limits = limits;
  }

  /** The size of a message of that many bytes and frames, as it is counted. */
  public static long sizeOf(long bytes, int frames) {
    return bytes + (long) frames * FRAME_BYTES;
  }

  /** The session's id, which the broker sees. */
  public byte[] id() {
    return id.clone();
  }

  /** The id in a record; null if it is not a record. */
  public static byte[] idOf(byte[] record) {
    return record.length < HEADER_BYTES + NoiseCipher.TAG_BYTES
            || record.length > MAX_RECORD_BYTES
            || record[0] != RECORD
        ? null
        : Arrays.copyOfRange(record, 1, 1 + ID_BYTES);
  }

  /** Adds a message to be sent, in order. */
  public void add(List<byte[]> frames) {
    outgoing.add(frames);
  }

  /** Messages that are not sent whole yet. */
  public int waiting() {
    return outgoing.size();
  }

  /** The next record asks the other side for one. */
  public void ping() {
    pingDue = true;
  }

  /** The next record is the last one. */
  public void end(String why) {
    if (ended == null) {
      ended = why;
      goodbye = why;
    }
  }

  /** Why it was ended from this side; null if it was not. */
  public String endedHere() {
    return goodbye;
  }

  /** Why it has ended, from either side; null if it has not. */
  public String ended() {
    return ended;
  }

  /** The next record to be sent; null if there is none, or the other side must consume first. */
  public byte[] next() {
    if (over) {
      return null;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int kind = 0;
    if (ended != null) {
      if (goodbye == null) {
        over = true;
        return null;
      }
      kind = END;
      over = true;
      byte[] why = goodbye.getBytes(StandardCharsets.UTF_8);
      content.write(why, 0, Math.min(why.length, MAX_REASON_BYTES));
    } else {
      fill(content);
      kind = (pingDue ? PING : 0) | (pongDue ? PONG : 0);
      if (content.size() == 0 && kind == 0 && consumed - reported < REPORT_BYTES) {
        return null;
      }
      pingDue = false;
      pongDue = false;
      reported = consumed;
    }
    byte[] plain =
        ByteBuffer.allocate(1 + Long.BYTES + content.size())
            .put((byte) kind)
            .putLong(consumed)
            .put(content.toByteArray())
            .array();
    byte[] sealed = keys.sending().seal(sent, bound, plain);
    return ByteBuffer.allocate(HEADER_BYTES + sealed.length)
        .put(bound)
        .putLong(sent++)
        .put(sealed)
        .array();
  }

  private void fill(ByteArrayOutputStream content) {
    while (!outgoing.isEmpty()) {
      List<byte[]> frames = outgoing.peek();
      byte[] frame = frames.get(nextFrame);
      boolean more = nextFrame < frames.size() - 1;
      long cost = sizeOf(frame.length, 1);
      if (content.size() + Integer.BYTES + frame.length > MAX_CONTENT_BYTES
          || sentBytes + cost - consumedByOther > WINDOW) {
        return;
      }
      sentBytes += cost;
      content.writeBytes(
          ByteBuffer.allocate(Integer.BYTES).putInt(frame.length | (more ? MORE : 0)).array());
      content.writeBytes(frame);
      nextFrame++;
      if (!more) {
        outgoing.remove();
        nextFrame = 0;
      }
    }
  }

  /** Takes a record of the broker, whoever it is from. */
  public Receipt open(byte[] record) {
    if (ended != null) {
      return Receipt.ENDED;
    }
    byte[] plain;
    long number = ByteBuffer.wrap(record).getLong(1 + ID_BYTES);
    if (number < expected) {
      return Receipt.REPLAYED;
    }
    try {
      plain = keys.receiving().open(number, bound, record, HEADER_BYTES);
    } catch (GeneralSecurityException e) {
      return Receipt.FORGED;
    }
    if (number > expected) {
      end("the broker has lost " + (number - expected) + " messages, or changed their order");
      return Receipt.ENDED;
    }
    expected++;
    try {
      take(ByteBuffer.wrap(plain));
    } catch (BufferUnderflowException e) {
      end("it sends what cannot be read");
    }
    return ended == null ? Receipt.TAKEN : Receipt.ENDED;
  }

  private void take(ByteBuffer plain) {
    int kind = plain.get();
    long other = plain.getLong();
    if (other < consumedByOther || other > sentBytes) {
      end("it says that it has consumed what was not sent");
      return;
    }
    consumedByOther = other;
    if ((kind & END) != 0) {
      byte[] why = new byte[Math.min(plain.remaining(), MAX_REASON_BYTES)];
      plain.get(why);
      ended = new String(why, StandardCharsets.UTF_8);
      return;
    }
    pongDue |= (kind & PING) != 0;
    while (plain.hasRemaining() && ended == null) {
      int header = plain.getInt();
      int length = header & ~MORE;
      if (length > Frames.MAX_FRAME_BYTES || length > plain.remaining()) {
        end("a frame of " + length + " bytes");
        return;
      }
      byte[] frame = new byte[length];
      plain.get(frame);
      take(frame, (header & MORE) != 0);
    }
  }

  private void take(byte[] frame, boolean more) {
    long cost = sizeOf(frame.length, 1);
    receivedBytes += cost;
    if (receivedBytes - consumed > WINDOW) {
      end("it sends more than may be under way");
      return;
    }
    partial.add(frame);
    partialBytes += cost;
    long most = Math.max(limits.small, granted);
    if (partialBytes > most) {
      end("a message of more than " + most + " bytes, which it was not given room for");
    } else if (partial.size() > limits.frames) {
      end("a message of more than " + limits.frames + " frames");
    } else if (!more) {
      complete();
    } else if (partialBytes > WINDOW / 2) {
      // A long message has memory of its own, and would never fit into the window.
      consumed += partialBytes - partialConsumed;
      partialConsumed = partialBytes;
    }
  }

  private void complete() {
    messages.add(new Message(partial, partialBytes, partialConsumed));
    queuedBytes += partialBytes;
    if (partialBytes > limits.small) {
      granted = 0;
    }
    partial = new ArrayList<>();
    partialBytes = 0;
    partialConsumed = 0;
  }

  /** Whether a message has come that was not received yet. */
  public boolean hasMessage() {
    return !messages.isEmpty();
  }

  /** The size of the messages that have come and were not received yet, and of a part of one. */
  public long queuedBytes() {
    return queuedBytes + partialBytes;
  }

  /** The next message that has come; null if there is none. Those before the end come too. */
  public Message poll() {
    Message next = messages.poll();
    if (next != null) {
      queuedBytes -= next.bytes;
      consumed += next.bytes - next.consumed;
    }
    return next;
  }

  /**
   * Grants room for one message beyond the limit. Takes the place of an earlier grant; 0 takes it
   * back.
   *
   * @return false if a message has begun, so that it is too late
   */
  public boolean grant(long bytes) {
    if (!partial.isEmpty()) {
      return false;
    }
    granted = bytes;
    return true;
  }

  /** Whether room is granted that no message has used yet. */
  public boolean isGranted() {
    return granted > 0;
  }

  /** Bytes of the message that has begun; 0 if none has. */
  public long begun() {
    return partialBytes;
  }
}
