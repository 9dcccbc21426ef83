package io.directord.client.journal;

import io.directord.common.job.Job;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import io.directord.common.wire.Frames;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The format of the journal's records. */
final class Records {
  /** The machine's boot id: the first record of a client's run. */
  static final byte BOOT = 1;

  /** Job id, parent id, and the job as it came over the wire. */
  static final byte TAKEN = 2;

  /** Job id. */
  static final byte STARTED = 3;

  /** Job id, parent id, whether it failed, and the result's frames as they go over the wire. */
  static final byte ENDED = 4;

  /** Job ids whose results are durable at the server. */
  static final byte DURABLE = 5;

  /** Parent id, when it failed, and the ids of earlier jobs of it that run all the same. */
  static final byte PARENT_FAILED = 6;

  /** The client was stopped in an orderly way. */
  static final byte STOPPED = 7;

  /** Failed parents are cleared. */
  static final byte PARENTS_FORGOTTEN = 8;

  /** The journal's id, and the number of its steps before the records that follow. */
  static final byte IDENTITY = 9;

  private static final int ID_BYTES = 16;
  private static final int SPARED_OFFSET = ID_BYTES + Long.BYTES;
  private static final int FRAMES_OFFSET = 2 * ID_BYTES + 1;

  private Records() {}

  static byte[] identity(UUID id, long steps) {
    ByteBuffer out = ByteBuffer.allocate(ID_BYTES + Long.BYTES);
    put(out, id);
    return out.putLong(steps).array();
  }

  /** Earlier versions did not count steps. */
  static long steps(byte[] identity) {
    return identity.length == ID_BYTES ? 0 : ByteBuffer.wrap(identity).getLong(ID_BYTES);
  }

  static byte[] boot(String bootId) {
    return bootId.getBytes(StandardCharsets.UTF_8);
  }

  static String boot(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }

  static byte[] taken(Job job, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(2 * ID_BYTES + data.length);
    put(out, job.id());
    put(out, job.parent().id());
    return out.put(data).array();
  }

  static ServerMessage.Run run(byte[] taken) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(taken);
    UUID id = id(in);
    id(in);
    byte[] data = new byte[in.remaining()];
    in.get(data);
    Frames frames = new Frames(id.toString(), Control.NONE, null, data, null, null, null);
    try {
      return (ServerMessage.Run) ServerCodec.decode(frames);
    } catch (BadMessageException e) {
      throw new IOException("the journal holds a job that cannot be read: " + e.getMessage(), e);
    }
  }

  static byte[] ended(UUID job, UUID parent, boolean failed, List<byte[]> frames) {
    int size = FRAMES_OFFSET;
    for (byte[] frame : frames) {
      size += Integer.BYTES + frame.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    put(out, job);
    put(out, parent);
    out.put((byte) (failed ? 1 : 0));
    for (byte[] frame : frames) {
      out.putInt(frame.length).put(frame);
    }
    return out.array();
  }

  static List<byte[]> frames(byte[] ended) {
    ByteBuffer in = ByteBuffer.wrap(ended).position(FRAMES_OFFSET);
    List<byte[]> frames = new ArrayList<>(1);
    while (in.hasRemaining()) {
      byte[] frame = new byte[in.getInt()];
      in.get(frame);
      frames.add(frame);
    }
    return frames;
  }

  static boolean isFailure(byte[] ended) {
    return ended[FRAMES_OFFSET - 1] != 0;
  }

  static byte[] ids(Collection<UUID> ids) {
    ByteBuffer out = ByteBuffer.allocate(ids.size() * ID_BYTES);
    ids.forEach(id -> put(out, id));
    return out.array();
  }

  static List<UUID> ids(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    List<UUID> ids = new ArrayList<>();
    while (in.remaining() >= ID_BYTES) {
      ids.add(id(in));
    }
    return ids;
  }

  /** The two ids that TAKEN and ENDED begin with. */
  static List<UUID> firstIds(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    return List.of(id(in), id(in));
  }

  static byte[] parentFailed(UUID parent, Instant at, Collection<UUID> spared) {
    ByteBuffer out = ByteBuffer.allocate(SPARED_OFFSET + spared.size() * ID_BYTES);
    put(out, parent);
    out.putLong(at.toEpochMilli());
    spared.forEach(id -> put(out, id));
    return out.array();
  }

  /** Of a parent that failed. */
  static Set<UUID> spared(byte[] payload) {
    byte[] ids = Arrays.copyOfRange(payload, SPARED_OFFSET, payload.length);
    return new LinkedHashSet<>(ids(ids));
  }

  static Instant failedAt(byte[] payload) {
    return Instant.ofEpochMilli(ByteBuffer.wrap(payload).getLong(ID_BYTES));
  }

  private static void put(ByteBuffer out, UUID id) {
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID id(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }
}
