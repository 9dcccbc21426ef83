package zmq.io.coder.v2;

import io.directord.zeromq.Inbound;
import java.nio.ByteBuffer;
import java.util.Arrays;
import zmq.Msg;
import zmq.ZError;
import zmq.io.coder.DecoderBase;
import zmq.msg.MsgAllocator;
import zmq.util.Errno;

/**
 * Takes frames of ZMTP 2 and 3 apart. Memory for a long frame is set aside as it arrives, and
 * {@link Inbound} bounds what all of a socket's incomplete frames take, so that announcing one
 * costs the receiver nothing. Belongs to the library's thread.
 */
public final class V2Decoder extends DecoderBase {
  /** Each step copies what has come, and reads no more than it has room for. */
  private static final long GROWTH = 8;

  private final ByteBuffer header = ByteBuffer.allocate(Long.BYTES);
  private final long maxBytes;
  private final Inbound inbound;
  private final int wholeBytes;
  private int flags;
  private int size;
  private byte[] body;
  private long counted;
  private Msg msg;

  public V2Decoder(Errno errno, int bufsize, long maxMessageBytes, MsgAllocator allocator) {
    super(errno, bufsize);
    this.maxBytes = maxMessageBytes >= 0 ? maxMessageBytes : Integer.MAX_VALUE;
    this.inbound = allocator instanceof Inbound guard ? guard : null;
    this.wholeBytes = inbound == null ? Integer.MAX_VALUE : inbound.wholeFrameBytes();
    expectFlags();
  }

  @Override
  public Msg msg() {
    return msg;
  }

  @Override
  public void destroy() {
    forgetBody();
  }

  private void expectFlags() {
    nextStep(header.clear().limit(1), this::flagsReady);
  }

  private Step.Result flagsReady() {
    int first = header.get(0);
    flags = (first & V2Protocol.MORE_FLAG) > 0 ? Msg.MORE : 0;
    flags |= (first & V2Protocol.COMMAND_FLAG) > 0 ? Msg.COMMAND : 0;
    boolean large = (first & V2Protocol.LARGE_FLAG) > 0;
    nextStep(
        header.clear().limit(large ? Long.BYTES : 1),
        () -> sizeReady(large ? header.getLong(0) : header.get(0) & 0xff));
    return Step.Result.MORE_DATA;
  }

  private Step.Result sizeReady(long announced) {
    // A length above Long.MAX_VALUE is negative here.
    if (announced < 0 || announced > Math.min(maxBytes, Integer.MAX_VALUE)) {
      if (inbound != null) {
        inbound.refuse(announced, Math.min(maxBytes, Integer.MAX_VALUE));
      }
      errno(ZError.EMSGSIZE);
      return Step.Result.ERROR;
    }
    size = (int) announced;
    int first = Math.min(size, wholeBytes);
    body = inbound == null ? new byte[first] : inbound.memory(first);
    nextStep(ByteBuffer.wrap(body), this::bodyReady);
    return Step.Result.MORE_DATA;
  }

  private Step.Result bodyReady() {
    if (body.length < size) {
      return grow((int) Math.min(size, GROWTH * body.length));
    }
    msg = new Msg(body);
    msg.setFlags(flags);
    forgetBody();
    expectFlags();
    return Step.Result.DECODED;
  }

  private Step.Result grow(int length) {
    int filled = body.length;
    counted += length - filled;
    if (!inbound.mayTake(length - filled)) {
      errno(ZError.EMSGSIZE);
      return Step.Result.ERROR;
    }
    body = Arrays.copyOf(body, length);
    nextStep(ByteBuffer.wrap(body, filled, length - filled), this::bodyReady);
    return Step.Result.MORE_DATA;
  }

  private void forgetBody() {
    if (counted > 0) {
      inbound.taken(counted);
      counted = 0;
    }
    body = null;
  }
}
