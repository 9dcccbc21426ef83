package zmq.io;

import io.directord.common.inbound.Inbound;
import io.directord.common.inbound.InboundConnection;
import io.directord.common.inbound.InboundConnection.Verdict;
import zmq.Msg;
import zmq.Options;
import zmq.SocketBase;
import zmq.ZError;
import zmq.io.StreamEngine.ErrorReason;
import zmq.io.net.Address;

/**
 * The session of a socket that has a hello message, which is the first that it sends on every
 * connection. Where {@link Inbound} guards the socket, it is asked about every frame that arrives,
 * after decryption and before the frame is queued.
 *
 * <p>When a frame has to wait, JeroMQ's engine stops reading, and later offers the frame as it was
 * before decryption; so it is kept here. A timer tries again, since nothing else tells the
 * library's thread that room was made. Belongs to the library's thread.
 */
public final class HelloMsgSession extends SessionBase {
  private static final int RETRY_TIMER_ID = 0x21;
  private static final long RETRY_MILLIS = 5;

  private final IOObject timers;
  private InboundConnection inbound;
  private IEngine engine;
  private boolean newPipe = true;
  private Msg held;
  private boolean retrying;

  public HelloMsgSession(
      IOThread ioThread, boolean connect, SocketBase socket, Options options, Address addr) {
    super(ioThread, connect, socket, options, addr);
    timers = new IOObject(ioThread, this);
    timers.plug();
  }

  @Override
  protected Msg pullMsg() {
    if (newPipe) {
      newPipe = false;
      if (!Inbound.isNoHello(options.helloMsg)) {
        return options.helloMsg;
      }
    }
    return super.pullMsg();
  }

  @Override
  protected void reset() {
    super.reset();
    newPipe = true;
  }

  @Override
  protected void processAttach(IEngine attached) {
    engine = attached;
    inbound = options.allocator instanceof Inbound guard ? guard.open() : null;
    super.processAttach(attached);
  }

  @Override
  protected boolean pushMsg(Msg msg) {
    if (inbound == null || msg.isIdentity() || msg.isCredential()) {
      return super.pushMsg(msg);
    }
    Msg next = held == null ? msg : held;
    Verdict verdict = inbound.admit(next);
    if (verdict == Verdict.TAKE) {
      held = null;
      return super.pushMsg(next);
    }
    if (verdict == Verdict.HOLD) {
      held = next;
      retryLater();
      errno.set(ZError.EAGAIN);
    } else {
      errno.set(ZError.EPROTO);
    }
    return false;
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      timers.addTimer(RETRY_MILLIS, RETRY_TIMER_ID);
    }
  }

  @Override
  public void timerEvent(int id) {
    if (id != RETRY_TIMER_ID) {
      super.timerEvent(id);
      return;
    }
    retrying = false;
    IEngine resumed = engine;
    if (resumed == null || held == null) {
      return;
    }
    try {
      resumed.restartInput();
    } catch (RuntimeException e) {
      // Thrown by a mechanism on malformed input; in a timer it would end the library's thread.
      resumed.terminate();
      engineError(true, ErrorReason.PROTOCOL);
    }
  }

  @Override
  public void engineError(boolean handshaked, ErrorReason reason) {
    forgetEngine();
    super.engineError(handshaked, reason);
  }

  @Override
  public void destroy() {
    forgetEngine();
    super.destroy();
  }

  private void forgetEngine() {
    engine = null;
    held = null;
    if (retrying) {
      retrying = false;
      timers.cancelTimer(RETRY_TIMER_ID);
    }
    if (inbound != null) {
      inbound.close();
    }
  }
}
