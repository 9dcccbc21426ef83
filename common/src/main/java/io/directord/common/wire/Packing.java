package io.directord.common.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a message in few frames. The first frame holds a version, the control code, the
 * length of every field (-1 for an absent one), and the fields for which it has room. Each of the
 * others follows in pieces that are frames of their own, in the same order. Frames are short,
 * because a receiver must allocate memory for an announced frame, even from a stranger; only a
 * chunk of content is one frame, which a node has requested, or which the content port of a server
 * gives memory as it arrives.
 */
final class Packing {
  /** The longest piece of a field. */
  static final int PIECE_BYTES = 16 << 10;

  /** The longest field of a chunk of content; a sealed chunk fits in. */
  static final int CHUNK_PIECE_BYTES = Delivery.CHUNK_BYTES + 1024;

  private static final byte VERSION = 1;
  private static final int FIELDS = 6;
  private static final int HEADER_BYTES = 2 + FIELDS * Integer.BYTES;

  /** Total length of the fields in the first frame. */
  private static final int INLINE_BYTES = PIECE_BYTES - HEADER_BYTES;

  private static final int ABSENT = -1;

  private Packing() {}

  static List<byte[]> pack(Control control, int pieceBytes, byte[]... fields) {
    Room room = new Room();
    boolean[] inline = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      inline[i] = fields[i] != null && room.takes(fields[i].length);
    }
    ByteBuffer first = ByteBuffer.allocate(HEADER_BYTES + room.taken);
    first.put(VERSION).put(control.code());
    List<byte[]> frames = new ArrayList<>(1);
    frames.add(first.array());
    for (int i = 0; i < fields.length; i++) {
      byte[] field = fields[i];
      first.putInt(field == null ? ABSENT : field.length);
      if (inline[i]) {
        first.put(field);
      } else if (field != null) {
        addPieces(field, pieceBytes, frames);
      }
    }
    return frames;
  }

  private static void addPieces(byte[] field, int pieceBytes, List<byte[]> frames) {
    if (field.length <= pieceBytes) {
      frames.add(field);
      return;
    }
    for (int at = 0; at < field.length; at += pieceBytes) {
      byte[] piece = new byte[Math.min(pieceBytes, field.length - at)];
      System.arraycopy(field, at, piece, 0, piece.length);
      frames.add(piece);
    }
  }

  /** Allocates the first frame to fields, in order, as far as they fit. */
  private static final class Room {
    int taken;

    boolean takes(int length) {
      boolean enough = length <= INLINE_BYTES - taken;
      taken += enough ? length : 0;
      return enough;
    }
  }

  /** Unpacks one message: read the six fields, then the end. */
  static final class Reader {
    private final List<byte[]> frames;
    private final ByteBuffer first;
    private final Control control;
    private final Room room = new Room();
    private int next = 1;
    private int total;

    Reader(List<byte[]> frames) throws BadMessageException {
      this.frames = frames;
      if (frames.isEmpty() || frames.get(0).length < 2 || frames.get(0)[0] != VERSION) {
        throw new BadMessageException("not a packed message");
      }
      this.first = ByteBuffer.wrap(frames.get(0), 2, frames.get(0).length - 2);
      this.control = Control.of(frames.get(0)[1]);
      if (control == null) {
        throw new BadMessageException("unknown control code " + frames.get(0)[1]);
      }
    }

    Control control() {
      return control;
    }

    byte[] field() throws BadMessageException {
      try {
        int length = first.getInt();
        if (length == ABSENT) {
          return null;
        }
        if (length < 0 || length > Frames.MAX_MESSAGE_BYTES - total) {
          throw new BadMessageException("a field of " + length + " bytes is too long");
        }
        total += length;
        if (!room.takes(length)) {
          return pieces(length);
        }
        byte[] field = new byte[length];
        first.get(field);
        return field;
      } catch (BufferUnderflowException e) {
        throw new BadMessageException("the first frame is cut short", e);
      }
    }

    void end() throws BadMessageException {
      if (first.hasRemaining() || next != frames.size()) {
        throw new BadMessageException("more bytes than fields");
      }
    }

    private byte[] pieces(int length) throws BadMessageException {
      if (next < frames.size() && frames.get(next).length == length) {
        return frames.get(next++);
      }
      requireBytes(length);
      byte[] field = new byte[length];
      for (int at = 0; at < length; ) {
        byte[] piece = frames.get(next++);
        if (piece.length > length - at) {
          throw new BadMessageException("a piece is longer than its field");
        }
        System.arraycopy(piece, 0, field, at, piece.length);
        at += piece.length;
      }
      return field;
    }

    /** Checks the length before allocating memory, since it is not trusted. */
    private void requireBytes(int length) throws BadMessageException {
      long there = 0;
      for (byte[] piece : frames.subList(next, frames.size())) {
        there += piece.length;
      }
      if (there < length) {
        throw new BadMessageException("a field of " + length + " bytes is cut short");
      }
    }
  }
}
