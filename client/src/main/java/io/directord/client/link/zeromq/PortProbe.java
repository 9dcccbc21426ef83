package io.directord.client.link.zeromq;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Looks what is at a port, by itself and without the library: whether something listens, and
 * whether it greets as ZeroMQ does (ZMTP 3, RFC 23). Says nothing more to it.
 */
public final class PortProbe {
  private static final int GREETING_BYTES = 64;
  private static final int SIGNATURE_BYTES = 10;
  private static final int SIGNATURE_END = 9;
  private static final int VERSION_AT = 10;
  private static final int MECHANISM_AT = 12;
  private static final int MECHANISM_BYTES = 20;
  private static final int MAX_SHOWN = 24;

  private PortProbe() {}

  /** What is at a port. */
  public sealed interface Answer {}

  /** A ZeroMQ socket with the expected mechanism. */
  public record ZeroMq() implements Answer {}

  /**
   * A ZeroMQ socket with another one.
   *
   * @param mechanism empty if it does not say
   */
  public record OtherMechanism(String mechanism) implements Answer {}

  /** Something that listens and speaks another language. */
  public record Other(String beginning) implements Answer {}

  /** Something that listens and says nothing. */
  public record Mute() implements Answer {}

  /** Nothing listens. */
  public record Closed() implements Answer {}

  /** No answer to the attempt to connect, as behind a firewall that drops packets. */
  public record Silent() implements Answer {}

  /** The network does not lead there. */
  public record Unreachable(String why) implements Answer {}

  /**
   * @param mechanism as in the greeting of both sides, such as {@code CURVE}
   * @param timeout for the connection, and again for the greeting
   */
  public static Answer at(InetAddress address, int port, String mechanism, Duration timeout) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      return greeted(socket, mechanism);
    } catch (SocketTimeoutException e) {
      return new Silent();
    } catch (NoRouteToHostException e) {
      return new Unreachable("there is no route to it");
    } catch (ConnectException e) {
      return new Closed();
    } catch (IOException e) {
      return new Unreachable(IoErrors.sayWhere(e));
    }
  }

  /**
   * The signature goes first, and the rest when the other side has begun with ZeroMQ's: a socket
   * with another mechanism ends the connection when it reads that, and what it had said would be
   * lost. What speaks another language is only listened to, since it may have ended already.
   */
  private static Answer greeted(Socket socket, String mechanism) throws IOException {
    byte[] received = new byte[GREETING_BYTES];
    byte[] greeting = greeting(mechanism);
    int length = 0;
    try {
      socket.getOutputStream().write(greeting, 0, SIGNATURE_BYTES);
      InputStream in = socket.getInputStream();
      length = in.read(received, 0, SIGNATURE_BYTES);
      if (length > 0 && begins(received)) {
        socket.getOutputStream().write(greeting, SIGNATURE_BYTES, GREETING_BYTES - SIGNATURE_BYTES);
      }
      if (length > 0) {
        for (int n = 0; n >= 0 && length < received.length; length += Math.max(0, n)) {
          n = in.read(received, length, received.length - length);
        }
      }
    } catch (IOException e) {
      // What came before the timeout or the reset is what it has to say.
      return answer(received, length, mechanism);
    }
    return answer(received, length, mechanism);
  }

  /** Whether the first byte is that of a signature of ZeroMQ. */
  private static boolean begins(byte[] received) {
    return (received[0] & 0xff) == 0xff;
  }

  private static Answer answer(byte[] received, int length, String expected) {
    if (length <= 0) {
      return new Mute();
    }
    if (!begins(received) || received[SIGNATURE_END] != 0x7f) {
      String text = new String(received, 0, length, StandardCharsets.ISO_8859_1);
      String line = text.replaceAll("[^\\x20-\\x7e]", ".");
      return new Other(line.substring(0, Math.min(MAX_SHOWN, line.length())));
    }
    // A socket with another mechanism may end the connection before it has said which.
    String mechanism =
        new String(received, MECHANISM_AT, MECHANISM_BYTES, StandardCharsets.US_ASCII)
            .replace("\0", "");
    return mechanism.equals(expected) ? new ZeroMq() : new OtherMechanism(mechanism);
  }

  private static byte[] greeting(String expected) {
    byte[] greeting = new byte[GREETING_BYTES];
    greeting[0] = (byte) 0xff;
    greeting[SIGNATURE_END] = 0x7f;
    greeting[VERSION_AT] = 3;
    byte[] mechanism = expected.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mechanism, 0, greeting, MECHANISM_AT, mechanism.length);
    return greeting;
  }
}
