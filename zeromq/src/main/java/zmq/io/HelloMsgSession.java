package zmq.io;

import io.directord.zeromq.BrokenProtocolException;
import io.directord.zeromq.HandshakeKeys;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.InboundConnection;
import io.directord.zeromq.InboundConnection.Verdict;
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
 * library's thread that room was made. Another timer ends a connection that does not take what it
 * is sent, if that was asked for. Belongs to the library's thread.
 */
public final class HelloMsgSession extends SessionBase {
  private static final int RETRY_TIMER_ID = 0x21;
  private static final long RETRY_MILLIS = 5;
  private static final int WATCH_TIMER_ID = 0x22;
  private static final long WATCH_MILLIS = 1000;

  private final IOObject timers;
  private InboundConnection inbound;
  private IEngine engine;
  private boolean newPipe = true;
  private Msg held;
  private boolean retrying;
  private boolean watching;

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
    Msg next = super.pullMsg();
    if (inbound != null) {
      inbound.taken(next);
      watch();
    }
    return next;
  }

  private void watch() {
    if (!watching && engine != null && inbound.isWriting()) {
      watching = true;
      timers.addTimer(WATCH_MILLIS, WATCH_TIMER_ID);
    }
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
    if (msg.isIdentity()) {
      handshakeOver(true);
    }
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

  /** Called when the last message of a CURVE handshake was read, which is then decided on. */
  @Override
  public int zapConnect() {
    int spoken = HandshakeKeys.takeSpoken();
    if (inbound != null) {
      inbound.spokeTo(spoken);
    }
    return super.zapConnect();
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      timers.addTimer(RETRY_MILLIS, RETRY_TIMER_ID);
    }
  }

  @Override
  public void timerEvent(int id) {
    if (id == RETRY_TIMER_ID) {
      retrying = false;
      retry();
    } else if (id == WATCH_TIMER_ID) {
      watching = false;
      if (inbound.isEnded()) {
        endEngine();
      } else {
        watch();
      }
    } else {
      super.timerEvent(id);
    }
  }

  private void retry() {
    if (engine == null || held == null) {
      return;
    }
    try {
      engine.restartInput();
    } catch (RuntimeException e) {
      // Thrown by a mechanism on malformed input; in a timer it would end the library's thread.
      inbound.broken(new BrokenProtocolException(e));
      endEngine();
    }
  }

  private void endEngine() {
    if (engine instanceof StreamEngine stream) {
      stream.timerEvent(BrokenProtocolException.ENGINE_ENDS_TIMER_ID);
    }
  }

  @Override
  public void engineError(boolean handshaked, ErrorReason reason) {
    forgetEngine();
    if (options.allocator instanceof Inbound guard) {
      guard.over(handshaked, reason);
    }
    super.engineError(handshaked, reason);
  }

  @Override
  public void destroy() {
    forgetEngine();
    super.destroy();
  }

  private void handshakeOver(boolean made) {
    if (options.allocator instanceof Inbound guard) {
      guard.admission().over(this, made);
    }
  }

  private void forgetEngine() {
    handshakeOver(false);
    engine = null;
    held = null;
    if (retrying) {
      retrying = false;
      timers.cancelTimer(RETRY_TIMER_ID);
    }
    if (watching) {
      watching = false;
      timers.cancelTimer(WATCH_TIMER_ID);
    }
    if (inbound != null) {
      inbound.close();
    }
  }
}
