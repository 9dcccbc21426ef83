package io.directord.client.link.zeromq;

import io.directord.client.link.Driver;
import io.directord.client.link.DriverContract;
import io.directord.common.wire.ConnectionNotice;
import io.directord.nats.FreePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class ZeroMqDriverTest extends DriverContract {
  private final int port = FreePorts.next();

  @Override
  protected Driver driver() throws Exception {
    ServerAddress address = ServerAddress.of(List.of("127.0.0.1"), port, null, null);
    return new ZeroMqDriver(
        address,
        System::nanoTime,
        (thread, e) -> {
          throw new IllegalStateException(e);
        });
  }

  @Override
  protected Server server() throws Exception {
    return new RouterServer(port);
  }

  /** A ROUTER socket on a thread of its own. */
  private static final class RouterServer implements Server {
    private final List<List<byte[]>> received = new CopyOnWriteArrayList<>();
    private final Queue<List<byte[]>> toSend = new ConcurrentLinkedQueue<>();
    private final ZContext context = new ZContext(1);
    private final ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
    private final Thread thread = new Thread(this::run, "router-server");
    private volatile boolean paused;
    private volatile boolean stopping;

    RouterServer(int port) {
      socket.setHelloMsg(ConnectionNotice.HELLO);
      socket.setReceiveTimeOut(2);
      socket.setRcvHWM(0);
      socket.setSndHWM(0);
      socket.setLinger(0);
      socket.bind("tcp://127.0.0.1:" + port);
      thread.start();
    }

    private void run() {
      byte[] peer = null;
      while (!stopping) {
        byte[] id = paused ? null : socket.recv();
        if (id != null) {
          peer = id;
          List<byte[]> frames = new ArrayList<>();
          while (socket.hasReceiveMore()) {
            frames.add(socket.recv());
          }
          received.add(frames);
        }
        while (peer != null && !toSend.isEmpty()) {
          List<byte[]> frames = toSend.remove();
          socket.sendMore(peer);
          for (int i = 0; i < frames.size(); i++) {
            socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
          }
        }
        if (paused) {
          LockSupport.parkNanos(1_000_000);
        }
      }
      socket.close();
    }

    @Override
    public List<List<byte[]>> received() {
      return received;
    }

    @Override
    public void send(List<byte[]> message) {
      toSend.add(message);
    }

    @Override
    public void pause(boolean now) {
      paused = now;
    }

    @Override
    public void close() {
      stopping = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      context.close();
    }
  }
}
