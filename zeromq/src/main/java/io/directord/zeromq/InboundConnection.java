package io.directord.zeromq;

import java.util.regex.Pattern;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * Counts the frames that arrive and leave on one connection. The library's thread calls it for
 * every frame; the socket's thread reports what it has read, and may grant room or end the
 * connection. Thread-safe.
 */
public final class InboundConnection {
  /** A peer may overwrite the address that the library notes. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:%\\[\\]]{2,60}");

  private final Inbound inbound;
  private final Outgoing outgoing = new Outgoing();
  private TaggedMetadata metadata;
  private String address = "a peer";
  private String reason;
  private boolean closed;
  private boolean everRead;
  private int serverKey;
  private long queued;
  private long granted;

  /** Of the message that has begun: its frames, their bytes, and those that are queued. */
  private int frames;

  private long messageBytes;
  private long partBytes;
  private long unfinished;

  /** The decision on a frame. */
  public enum Verdict {
    TAKE,
    /** Asked again later; nothing more is read from the connection until then. */
    HOLD,
    /** The connection ends. */
    END
  }

  InboundConnection(Inbound inbound) {
    this.inbound = inbound;
  }

  /** Decides on the next frame; an accepted one is counted. */
  public synchronized Verdict admit(Msg frame) {
    if (reason != null) {
      return Verdict.END;
    }
    if (frame.isCommand()) {
      return Verdict.TAKE;
    }
    if (frames == 0 && (queued > inbound.limits().connectionBytes() || inbound.isFull())) {
      return Verdict.HOLD;
    }
    tag(frame);
    long bytes = cost(frame.size());
    String tooMuch = tooMuch(bytes, frame.hasMore());
    if (tooMuch != null) {
      reason = tooMuch;
      inbound.ended(null, tooMuch);
      return Verdict.END;
    }
    queued += bytes;
    partBytes += bytes;
    inbound.queue(bytes);
    if (!frame.hasMore()) {
      completed();
    }
    return Verdict.TAKE;
  }

  private static long cost(int size) {
    return size + Inbound.FRAME_BYTES;
  }

  private void tag(Msg frame) {
    if (metadata == null) {
      metadata = new TaggedMetadata(frame.getMetadata(), this);
      String noted = metadata.get(Metadata.PEER_ADDRESS);
      if (noted != null && ADDRESS.matcher(noted).matches()) {
        address = noted;
      }
    }
    frame.setMetadata(metadata);
  }

  /** Counts the frame into its message; returns what is wrong with that, or null. */
  private String tooMuch(long bytes, boolean more) {
    frames++;
    messageBytes += bytes;
    if (frames > inbound.limits().messageFrames()) {
      return "a message of more than " + inbound.limits().messageFrames() + " frames";
    }
    long max = Math.max(inbound.limits().messageBytes(), granted);
    if (messageBytes > max) {
      return "a message of more than " + max + " bytes, which it was not given room for";
    }
    if (more && granted == 0) {
      unfinished += bytes;
      if (inbound.isTooMuchUnfinished(bytes)) {
        return "a message that is not completed, while all others that are not take "
            + inbound.limits().totalBytes()
            + " bytes already";
      }
    }
    return null;
  }

  private void completed() {
    if (messageBytes > inbound.limits().messageBytes()) {
      granted = 0;
    }
    forgetMessage();
  }

  private void forgetMessage() {
    inbound.finished(unfinished);
    unfinished = 0;
    frames = 0;
    messageBytes = 0;
    partBytes = 0;
  }

  /**
   * Grants room for one message beyond the limit, as its frames are counted: see {@link #sizeOf}.
   * Takes the place of an earlier grant; 0 takes it back.
   *
   * @return false if a message has begun, so that it is too late
   */
  public synchronized boolean grant(long bytes) {
    if (frames > 0) {
      return false;
    }
    granted = bytes;
    return true;
  }

  /** Whether room is granted that no message has used yet. */
  public synchronized boolean isGranted() {
    return granted > 0;
  }

  /** The size of a message of that many bytes and frames, as it is counted. */
  public static long sizeOf(long bytes, int frames) {
    return bytes + (long) frames * Inbound.FRAME_BYTES;
  }

  /** The socket's thread has read a message of this counted size. */
  public synchronized void read(long bytes) {
    everRead = true;
    long known = Math.min(bytes, queued);
    queued -= known;
    inbound.queue(-known);
  }

  /**
   * Makes a frame that reports when it was written; to be sent next on this connection.
   *
   * @param whenGone run once, by any thread, when it is written or never will be
   */
  public Msg outgoing(byte[] bytes, Runnable whenGone) {
    return outgoing.frame(bytes, whenGone);
  }

  /** The library takes the next frame to write it; null if there is none. */
  public void taken(Msg next) {
    outgoing.taken(next);
  }

  /** Whether a frame that was made here is being written. */
  public boolean isWriting() {
    return outgoing.isWriting();
  }

  /** The handshake is about to succeed; on the library's thread, see {@link HandshakeKeys}. */
  public synchronized void spokeTo(int number) {
    serverKey = number;
  }

  /** The number of the server's key by which the peer knows it, see {@link HandshakeKeys}. */
  public synchronized int serverKey() {
    return serverKey;
  }

  /** Whether it must end. */
  public synchronized boolean isEnded() {
    return reason != null;
  }

  /**
   * Ends the connection with its next frame, or within a second if it does not take one that was
   * made here. The log is told why once. Any thread may call it.
   */
  public synchronized void end(String why) {
    if (reason == null && !closed) {
      reason = why;
      inbound.ended(address, why);
    }
  }

  /** Malformed data has arrived, and it is about to end. On the library's thread. */
  public void broken(BrokenProtocolException e) {
    inbound.ended(null, e.getMessage());
  }

  /** The connection has ended. Incomplete messages are dropped; the rest may still be read. */
  public void close() {
    outgoing.close();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      // The library may never read one whose name another connection has.
      long dropped = everRead ? Math.min(partBytes, queued) : queued;
      queued -= dropped;
      inbound.queue(-dropped);
      forgetMessage();
    }
  }

  /** Whether it is gone. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Bytes of the message that has begun; 0 if none has. */
  public synchronized long begun() {
    return messageBytes;
  }

  /** The peer's IP address and port, for people; it may have lied. */
  public synchronized String address() {
    return address;
  }
}
