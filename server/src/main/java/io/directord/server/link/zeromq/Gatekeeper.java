package io.directord.server.link.zeromq;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.server.link.Credential;
import io.directord.server.link.MessageSender;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import io.directord.zeromq.TaggedMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;
import zmq.io.Metadata;

/**
 * Answers the library's authentication requests (ZAP, RFC 27), and attaches the key to the
 * connection as a property. The property's name is random for every process and never sent, because
 * JeroMQ lets a client overwrite properties whose names it knows.
 */
public final class Gatekeeper {
  /** The endpoint of the handler in RFC 27. */
  private static final String ENDPOINT = "inproc://zeromq.zap.01";

  /** Version, request id, domain, address, identity, mechanism; credentials follow. */
  private static final int MECHANISM = 5;

  private final String note = "X-" + UUID.randomUUID();
  private final Check check;
  private final MinuteLog minuteLog;
  private final Refusals refusals;
  private final ZMQ.Socket socket;

  /** Decides who may join. */
  public interface Check {

    /**
     * @param mechanism of the connection, such as {@code CURVE}
     * @return the property of the connection; null to refuse it
     */
    Credential check(String mechanism, List<byte[]> credentials);

    /** The log message of a refusal, after the address. */
    String refusal();

    /**
     * As {@link ZeroMqAddress#joinKeys}.
     *
     * @param serverKey as {@link io.directord.zeromq.InboundConnection#serverKey}
     */
    default List<CurveKeyPair> joinKeys(int serverKey) {
      return List.of();
    }

    /** The identities that may enrol with that property; empty for any. */
    default Set<String> identities(Credential proved) {
      return Set.of();
    }
  }

  /**
   * @param context of the guarded socket, which is not bound yet
   */
  public Gatekeeper(ZContext context, Check check, MinuteLog minuteLog, Refusals refusals) {
    this.refusals = refusals;
    this.check = check;
    this.minuteLog = minuteLog;
    this.socket = context.createSocket(SocketType.REP);
    socket.setLinger(0);
    socket.bind(ENDPOINT);
  }

  /**
   * Admits peers by their CURVE keys, whatever these are.
   *
   * @param shared how many of the server's keys, the first, only peers know that have a shared key
   * @param joinKeys the others
   */
  static Check anyKey(int shared, List<CurveKeyPair> joinKeys) {
    return curve(
        key -> true,
        key -> Set.of(),
        serverKey -> serverKey >= 0 && serverKey < shared ? List.of() : joinKeys);
  }

  /**
   * Admits peers that hold these CURVE keys.
   *
   * @param admitted keys in Z85, with the identities that may enrol with each; empty for any
   */
  static Check keys(Map<String, Set<String>> admitted) {
    return curve(admitted::containsKey, admitted::get, serverKey -> List.of());
  }

  private static Check curve(
      Predicate<String> admitted,
      Function<String, Set<String>> identities,
      IntFunction<List<CurveKeyPair>> joinKeys) {
    return new Check() {
      @Override
      public Credential check(String mechanism, List<byte[]> credentials) {
        String key = curveKey(mechanism, credentials);
        return key != null && admitted.test(key) ? new Credential.NodeKey(key) : null;
      }

      @Override
      public String refusal() {
        return "refused a node whose key is not in the directory public_keys";
      }

      @Override
      public Set<String> identities(Credential proved) {
        return identities.apply(proved.text());
      }

      @Override
      public List<CurveKeyPair> joinKeys(int serverKey) {
        return joinKeys.apply(serverKey);
      }
    };
  }

  /** The key that a peer has proved; null if it has proved none. */
  private static String curveKey(String mechanism, List<byte[]> credentials) {
    boolean wellFormed =
        mechanism.equals("CURVE")
            && credentials.size() == 1
            && credentials.get(0).length == CurveKeyPair.KEY_BYTES;
    return wellFormed ? Z85.encode(credentials.get(0)) : null;
  }

  /** Notes that a peer was refused which has proved nothing; any thread may call it. */
  void refused(String address, String reason) {
    refusals.add(null, address, reason);
  }

  /** Whether the connection was admitted here. */
  public boolean isAdmitted(TaggedMetadata metadata) {
    return metadata.get(note) != null;
  }

  /** The peer behind a connection's metadata; null if it was not admitted here. */
  public ZeroMqAddress peer(MessageSender sender, byte[] routingId, TaggedMetadata metadata) {
    String noted = metadata.get(note);
    if (noted == null) {
      return null;
    }
    int blank = noted.indexOf(' ');
    Credential proved = Credential.of(noted.substring(0, blank));
    return new ZeroMqAddress(
        sender,
        routingId,
        proved,
        noted.substring(blank + 1),
        metadata.connection(),
        check.identities(proved),
        check.joinKeys(metadata.connection().serverKey()));
  }

  /** The socket of the requests, which is closed with its context. */
  public ZMQ.Socket socket() {
    return socket;
  }

  /** Answers waiting requests; must be called by the guarded socket's thread. */
  public void answer() {
    for (ZMsg request = next(); request != null; request = next()) {
      answer(request.toArray(new ZFrame[0]));
    }
  }

  private ZMsg next() {
    return ZMsg.recvMsg(socket, ZMQ.DONTWAIT);
  }

  private void answer(ZFrame[] request) {
    boolean wellFormed = request.length > MECHANISM;
    String address = wellFormed ? request[3].getString(ZMQ.CHARSET) : "?";
    String mechanism = wellFormed ? request[MECHANISM].getString(ZMQ.CHARSET) : "";
    List<byte[]> credentials = credentials(request);
    Credential proved = wellFormed ? check.check(mechanism, credentials) : null;
    note(address, curveKey(mechanism, credentials), proved != null);
    Metadata metadata = new Metadata();
    if (proved != null) {
      metadata.put(note, proved.text() + " " + address);
    }
    socket.sendMore("1.0");
    socket.sendMore(request.length > 1 ? request[1].getData() : new byte[0]);
    socket.sendMore(proved != null ? "200" : "400");
    socket.sendMore(proved != null ? "OK" : "NO");
    socket.sendMore("");
    socket.send(metadata.bytes());
  }

  private void note(String address, String key, boolean admitted) {
    if (!admitted) {
      minuteLog.warn(address, check.refusal());
    }
    if (!admitted && key == null) {
      refusals.add(null, address, check.refusal());
    } else if (!admitted) {
      refusals.addKey(key, address, check.refusal());
    } else if (key != null) {
      refusals.admitted(key, address);
    }
  }

  private static List<byte[]> credentials(ZFrame[] request) {
    List<byte[]> credentials = new ArrayList<>();
    for (int i = MECHANISM + 1; i < request.length; i++) {
      credentials.add(request[i].getData());
    }
    return credentials;
  }
}
