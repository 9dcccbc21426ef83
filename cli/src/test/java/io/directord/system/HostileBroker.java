package io.directord.system;

import io.directord.nats.BrokerProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A broker that reads what it carries, and loses, repeats, delays, changes and redirects some of
 * it: stands before one that does not, and knows the protocol of NATS.
 */
final class HostileBroker implements AutoCloseable {
  private static final int MAX_KEPT = 20_000;
  private static final int MAX_LINE = 4096;

  private final BrokerProcess broker;
  private final ServerSocket listener;
  private final Random random;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<Published> seen = new ArrayList<>();
  private final Map<Deed, Integer> deeds = new EnumMap<>(Deed.class);
  private volatile int percent;

  /** What it does to a message. */
  enum Deed {
    LOSE,
    REPEAT,
    REORDER,
    CHANGE,
    REDIRECT,
    REPLAY_AN_OLD_ONE
  }

  /** A message as a client has published it. */
  private record Published(String subject, String replyTo, byte[] payload) {
    byte[] bytes() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String reply = replyTo == null ? "" : replyTo + " ";
      out.writeBytes(ascii("PUB " + subject + " " + reply + payload.length + "\r\n"));
      out.writeBytes(payload);
      out.writeBytes(ascii("\r\n"));
      return out.toByteArray();
    }
  }

  HostileBroker(BrokerProcess broker, long seed) {
    this.broker = broker;
    this.random = new Random(seed);
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  String url() {
    return "nats://127.0.0.1:" + listener.getLocalPort();
  }

  /** Of so many of a hundred messages it does something from now on. */
  void harm(int ofHundred) {
    percent = ofHundred;
  }

  /** What was done so far. */
  synchronized Map<Deed, Integer> deeds() {
    return new EnumMap<>(deeds);
  }

  /** Whether these bytes were in a message or a subject. */
  synchronized boolean hasRead(String text) {
    return seen.stream()
        .anyMatch(
            one ->
                one.subject.contains(text)
                    || new String(one.payload, StandardCharsets.ISO_8859_1).contains(text));
  }

  /** How many messages it has kept. */
  synchronized int kept() {
    return seen.size();
  }

  private void accept() {
    try {
      while (true) {
        forward(listener.accept());
      }
    } catch (IOException e) {
      // Closed.
      return;
    }
  }

  private void forward(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), broker.port());
    } catch (ConnectException away) {
      client.close();
      return;
    }
    sockets.add(client);
    sockets.add(server);
    start(() -> carry(client, server));
    start(() -> copy(server, client));
  }

  /** From a client, message by message. */
  private void carry(Socket client, Socket server) {
    try (client;
        server) {
      InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
      OutputStream out = server.getOutputStream();
      Published late = null;
      while (true) {
        String line = line(in);
        if (!line.startsWith("PUB ")) {
          out.write(ascii(line + "\r\n"));
          out.flush();
          continue;
        }
        String[] words = line.split(" ");
        byte[] payload = in.readNBytes(Integer.parseInt(words[words.length - 1]));
        in.skipNBytes(2);
        Published message = new Published(words[1], words.length > 3 ? words[2] : null, payload);
        Deed deed = deed(message);
        if (late != null) {
          out.write(message.bytes());
          out.write(late.bytes());
          late = null;
        } else if (deed == Deed.REORDER) {
          late = message;
        } else {
          for (Published one : done(deed, message)) {
            out.write(one.bytes());
          }
        }
        out.flush();
      }
    } catch (IOException e) {
      // One of both has gone.
      return;
    }
  }

  private synchronized Deed deed(Published message) {
    if (seen.size() < MAX_KEPT) {
      seen.add(message);
    }
    if (random.nextInt(100) >= percent) {
      return null;
    }
    Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
    deeds.merge(deed, 1, Integer::sum);
    return deed;
  }

  private synchronized List<Published> done(Deed deed, Published message) {
    if (deed == null) {
      return List.of(message);
    }
    Published old = seen.get(random.nextInt(seen.size()));
    return switch (deed) {
      case LOSE, REORDER -> List.of();
      case REPEAT -> List.of(message, message, message);
      case CHANGE -> List.of(new Published(message.subject, message.replyTo, changed(message)));
      case REDIRECT -> List.of(new Published(old.subject, old.replyTo, message.payload), message);
      case REPLAY_AN_OLD_ONE -> List.of(old, message);
    };
  }

  private byte[] changed(Published message) {
    byte[] payload = message.payload.clone();
    if (payload.length > 0) {
      payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return payload;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() > MAX_LINE) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of both has gone.
      return;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "hostile-broker");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
