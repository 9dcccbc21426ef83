package zmq.poll;

import io.directord.zeromq.BrokenProtocolException;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.Ctx;
import zmq.ZError;

/**
 * The loop of a thread of the library: waits for what happens on channels, and runs timers.
 *
 * <p>A channel has one handle after the other: its connecter's, which is removed once the
 * connection is made, then its engine's. If both happens in one turn, the library's own class finds
 * the key of the first and cancels it in the same turn, so that nothing is heard of the connection
 * until a timer ends it. Here the key goes over to the second handle, and a handle that is removed
 * cancels no key but its own. The library's class also looks through all handles at every turn in
 * which one has changed; this one only looks at those that have. A connection whose engine throws
 * ends here.
 *
 * <p>All methods but {@link #stop} and {@link #destroy} are called by the thread itself, or before
 * it is started.
 */
public final class Poller extends PollerBase {
  /** A selector that has returned in vain so many times in a row is taken for broken. */
  private static final int MAX_VAIN_RETURNS = 10;

  private final Ctx ctx;
  private final UncaughtExceptionHandler notified;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Set<Handle> handles = new HashSet<>();

  /** Those whose registration is not as they want it. */
  private final List<Handle> changed = new ArrayList<>();

  private volatile Selector selector;
  private int vainReturns;

  /** What one handler wants to hear of one channel. */
  public static final class Handle {
    private final SelectableChannel fd;
    private final IPollEvents handler;
    private int ops;
    private boolean removed;
    private boolean noted;

    public Handle(SelectableChannel fd, IPollEvents handler) {
      this.fd = fd;
      this.handler = handler;
    }

    @Override
    public String toString() {
      return "Handle-" + fd;
    }
  }

  public Poller(Ctx ctx, String name) {
    super(name, ctx.getThreadFactory());
    this.ctx = ctx;
    this.notified = ctx.getNotificationExceptionHandler();
    this.selector = ctx.createSelector();
  }

  /** Ends the thread, and returns when it has ended. */
  public void destroy() {
    try {
      stop();
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ctx.closeSelector(selector);
    }
  }

  public Handle addHandle(SelectableChannel fd, IPollEvents events) {
    Handle handle = new Handle(fd, events);
    handles.add(handle);
    note(handle);
    adjustLoad(1);
    return handle;
  }

  public void removeHandle(Handle handle) {
    handle.removed = true;
    handles.remove(handle);
    note(handle);
    adjustLoad(-1);
  }

  public void setPollIn(Handle handle) {
    want(handle, handle.ops | SelectionKey.OP_READ);
  }

  public void resetPollIn(Handle handle) {
    want(handle, handle.ops & ~SelectionKey.OP_READ);
  }

  public void setPollOut(Handle handle) {
    want(handle, handle.ops | SelectionKey.OP_WRITE);
  }

  public void resetPollOut(Handle handle) {
    want(handle, handle.ops & ~SelectionKey.OP_WRITE);
  }

  public void setPollConnect(Handle handle) {
    want(handle, handle.ops | SelectionKey.OP_CONNECT);
  }

  public void setPollAccept(Handle handle) {
    want(handle, handle.ops | SelectionKey.OP_ACCEPT);
  }

  private void want(Handle handle, int ops) {
    if (handle.ops != ops) {
      handle.ops = ops;
      note(handle);
    }
  }

  private void note(Handle handle) {
    if (!handle.noted) {
      handle.noted = true;
      changed.add(handle);
    }
  }

  public void start() {
    worker.start();
  }

  /** Lets the thread end; any thread may call it. */
  public void stop() {
    stopping.set(true);
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping.get()) {
        long timeout = tellTimers();
        applyChanges();
        if (select(timeout)) {
          tellHandlers();
        }
      }
    } finally {
      stopped.countDown();
    }
  }

  /**
   * A timer whose handler fails is over, and the others go on: this thread serves all connections.
   *
   * @return milliseconds until the next one; 0 if there is none
   */
  private long tellTimers() {
    while (true) {
      try {
        return executeTimers();
      } catch (RuntimeException | AssertionError e) {
        notified.uncaughtException(worker, e);
      }
    }
  }

  /** First the handles that stay, so that keys of those removed can go over to them. */
  private void applyChanges() {
    for (Handle handle : changed) {
      handle.noted = false;
      if (!handle.removed && handle.fd.isOpen()) {
        try {
          register(handle);
        } catch (ClosedChannelException | ClosedSelectorException | CancelledKeyException e) {
          notified.uncaughtException(worker, e);
        }
      }
    }
    for (Handle handle : changed) {
      SelectionKey key = handle.removed ? handle.fd.keyFor(selector) : null;
      if (key != null && key.attachment() == handle) {
        key.cancel();
      }
    }
    changed.clear();
  }

  private void register(Handle handle) throws ClosedChannelException {
    SelectionKey key = handle.fd.keyFor(selector);
    if (key == null) {
      handle.fd.register(selector, handle.ops, handle);
    } else {
      key.attach(handle);
      key.interestOps(handle.ops);
    }
  }

  /**
   * Waits for events.
   *
   * @param timeout in milliseconds; 0 for none
   * @return whether there are any
   */
  private boolean select(long timeout) {
    long start = System.currentTimeMillis();
    int events;
    try {
      events = selector.select(timeout);
    } catch (ClosedSelectorException e) {
      replaceSelector();
      notified.uncaughtException(worker, e);
      ctx.errno().set(ZError.EINTR);
      return false;
    } catch (IOException e) {
      throw new ZError.IOException(e);
    }
    if (events == 0) {
      boolean vain = timeout == 0 || System.currentTimeMillis() - start < timeout / 2;
      vainReturns = vain ? vainReturns + 1 : 0;
      if (vainReturns > MAX_VAIN_RETURNS) {
        replaceSelector();
      }
    }
    return events > 0;
  }

  private void replaceSelector() {
    Selector broken = selector;
    selector = ctx.createSelector();
    handles.forEach(this::note);
    ctx.closeSelector(broken);
    vainReturns = 0;
  }

  private void tellHandlers() {
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      Handle handle = (Handle) key.attachment();
      try {
        tell(key, handle);
      } catch (RuntimeException | AssertionError e) {
        failed(handle, e);
      }
    }
  }

  /** JeroMQ's engine throws for some malformed commands, and would go on with the connection. */
  private void failed(Handle handle, Throwable e) {
    boolean isEngine =
        handle.fd instanceof SocketChannel && (handle.ops & SelectionKey.OP_CONNECT) == 0;
    if (!isEngine || handle.removed) {
      notified.uncaughtException(worker, e);
      return;
    }
    notified.uncaughtException(worker, new BrokenProtocolException(e));
    try {
      handle.handler.timerEvent(BrokenProtocolException.ENGINE_ENDS_TIMER_ID);
    } catch (RuntimeException | AssertionError again) {
      notified.uncaughtException(worker, again);
    }
  }

  private static void tell(SelectionKey key, Handle handle) {
    if (!handle.removed && key.isValid() && key.isAcceptable()) {
      handle.handler.acceptEvent();
    }
    if (!handle.removed && key.isValid() && key.isConnectable()) {
      handle.handler.connectEvent();
    }
    if (!handle.removed && key.isValid() && key.isWritable()) {
      handle.handler.outEvent();
    }
    if (!handle.removed && key.isValid() && key.isReadable()) {
      handle.handler.inEvent();
    }
  }
}
