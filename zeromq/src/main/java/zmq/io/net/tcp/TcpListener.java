package zmq.io.net.tcp;

import io.directord.zeromq.Admission;
import io.directord.zeromq.Inbound;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import zmq.Options;
import zmq.SocketBase;
import zmq.ZError;
import zmq.io.IOObject;
import zmq.io.IOThread;
import zmq.io.SessionBase;
import zmq.io.StreamEngine;
import zmq.io.StreamEngine.ErrorReason;
import zmq.io.net.Address.IZAddress;
import zmq.io.net.Listener;
import zmq.io.net.StandardProtocolFamily;
import zmq.poll.Poller;
import zmq.socket.Sockets;

/**
 * Accepts connections. JeroMQ's own class takes one at every turn of its thread, and begins with
 * all of them at once; this one takes all that are there, and lets them begin at the pace of the
 * socket's {@link Admission}, if {@link Inbound} guards it. When no connection can be accepted, as
 * when the process has no file descriptors left, JeroMQ's tries again at every turn; this one
 * pauses. Accept filters, buffer sizes, the type of service and a choice of selectors are not
 * supported.
 */
public class TcpListener extends Listener {
  private static final int PACE_TIMER_ID = 1;
  private static final long PACE_MILLIS = 5;
  private static final int RETRY_TIMER_ID = 2;
  private static final long RETRY_MILLIS = 1000;

  /** Accepted in one turn of the thread, which has other work too. */
  private static final int BATCH = 500;

  /** Turns of the pace between two looks for connections that were ended while they waited. */
  private static final int LOOK_TURNS = 100;

  private final IOObject ioObject;
  private final Admission<SocketChannel> admission;
  private TcpAddress address;
  private ServerSocketChannel fd;
  private Poller.Handle handle;
  private String endpoint;
  private boolean pacing;
  private boolean retrying;
  private long dueAt;
  private int turns;

  // Not final, as JeroMQ's is not, which another class of it extends.
  @SuppressWarnings("this-escape")
  public TcpListener(IOThread ioThread, SocketBase socket, Options options) {
    super(ioThread, socket, options);
    ioObject = new IOObject(ioThread, this);
    admission = options.allocator instanceof Inbound guard ? guard.admission() : null;
  }

  @Override
  public void destroy() {
    ioObject.unplug();
  }

  @Override
  protected void processPlug() {
    ioObject.plug();
    listen();
  }

  private void listen() {
    handle = ioObject.addFd(fd);
    ioObject.setPollAccept(handle);
  }

  @Override
  protected void processTerm(int linger) {
    if (retrying) {
      ioObject.cancelTimer(RETRY_TIMER_ID);
    } else {
      ioObject.removeHandle(handle);
    }
    handle = null;
    if (pacing) {
      ioObject.cancelTimer(PACE_TIMER_ID);
    }
    if (admission != null) {
      admission.remove(channel -> true).forEach(this::drop);
    }
    close();
    super.processTerm(linger);
  }

  @Override
  public void acceptEvent() {
    try {
      for (int i = 0; i < BATCH; i++) {
        SocketChannel channel = fd.accept();
        if (channel == null) {
          break;
        }
        take(channel);
      }
    } catch (IOException e) {
      socket.eventAcceptFailed(endpoint, ZError.exccode(e));
      ioObject.removeHandle(handle);
      retrying = true;
      ioObject.addTimer(RETRY_MILLIS, RETRY_TIMER_ID);
    }
    if (admission != null) {
      admit();
    }
  }

  private void take(SocketChannel channel) {
    InetSocketAddress peer;
    try {
      peer = (InetSocketAddress) channel.getRemoteAddress();
      TcpUtils.tuneTcpSocket(channel);
      TcpUtils.tuneTcpKeepalives(
          channel,
          options.tcpKeepAlive,
          options.tcpKeepAliveCnt,
          options.tcpKeepAliveIdle,
          options.tcpKeepAliveIntvl);
    } catch (IOException | ZError.IOException e) {
      // Its peer has closed it already.
      closeQuietly(channel);
      return;
    }
    socket.eventAccepted(endpoint, channel);
    if (channel.socket().isInputShutdown()) {
      drop(channel);
    } else if (admission == null) {
      begin(channel);
    } else {
      admission.arrived(peer.getAddress(), channel);
    }
  }

  @Override
  public void timerEvent(int id) {
    if (id == RETRY_TIMER_ID) {
      retrying = false;
      listen();
    } else {
      pacing = false;
      admission.late(System.nanoTime() - dueAt);
      turns++;
      if (turns % LOOK_TURNS == 0) {
        admission.remove(channel -> channel.socket().isInputShutdown()).forEach(this::drop);
      }
      admit();
    }
  }

  private void admit() {
    long now = System.nanoTime();
    for (SocketChannel next = admission.next(now); next != null; next = admission.next(now)) {
      SessionBase session = begin(next);
      if (session != null) {
        admission.begun(session, now);
      }
    }
    if (admission.isWaiting() && !pacing) {
      pacing = true;
      dueAt = System.nanoTime() + PACE_MILLIS * 1_000_000;
      ioObject.addTimer(PACE_MILLIS, PACE_TIMER_ID);
    }
  }

  /** Returns null if the connection is gone. */
  private SessionBase begin(SocketChannel channel) {
    StreamEngine engine;
    try {
      engine = new StreamEngine(channel, options, endpoint);
    } catch (ZError.InstantiationException | ZError.IOException e) {
      drop(channel);
      return null;
    }
    IOThread ioThread = chooseIoThread(options.affinity);
    SessionBase session = Sockets.createSession(ioThread, false, socket, options, null);
    session.incSeqnum();
    launchChild(session);
    sendAttach(session, engine, false);
    return session;
  }

  /** Ends a connection that has not begun. */
  private void drop(SocketChannel channel) {
    socket.eventDisconnected(endpoint, channel);
    if (options.allocator instanceof Inbound guard) {
      guard.over(false, ErrorReason.CONNECTION);
    }
    closeQuietly(channel);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException ignored) {
      // It is gone either way.
    }
  }

  private void close() {
    try {
      fd.close();
      socket.eventClosed(endpoint, fd);
    } catch (IOException e) {
      socket.eventCloseFailed(endpoint, ZError.exccode(e));
    }
  }

  @Override
  public String getAddress() {
    return address(address);
  }

  protected String address(IZAddress of) {
    return of.toString(fd.socket().getLocalPort());
  }

  @Override
  public boolean setAddress(String to) {
    address = new TcpAddress(to, options.ipv6);
    return bind();
  }

  protected boolean setAddress(InetSocketAddress to) {
    address = new TcpAddress(to);
    return bind();
  }

  private boolean bind() {
    endpoint = address.toString();
    try {
      fd = ServerSocketChannel.open();
      if (address.family() == StandardProtocolFamily.INET6) {
        TcpUtils.enableIpv4Mapping(fd);
      }
      TcpUtils.unblockSocket(fd);
      TcpUtils.setReuseAddress(fd, true);
      fd.socket().bind(address.address(), options.backlog);
      endpoint = getAddress();
    } catch (IOException e) {
      close();
      errno.set(ZError.EADDRINUSE);
      return false;
    }
    socket.eventListening(endpoint, fd);
    return true;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + options.socketId + "]";
  }
}
