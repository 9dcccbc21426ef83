package io.directord.attack;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program for another user: once it is told to, by a byte on its standard input, it opens many
 * connections with the same request, says how often each status was answered, keeps them until its
 * standard input ends, and says what they were answered meanwhile. Needs nothing but Java.
 */
final class Hoarder {
  private static final int STATUS_LENGTH = "HTTP/1.1 200".length();
  private static final int MAX_ANSWER = 10_000;

  private Hoarder() {}

  public static void main(String[] words) throws IOException {
    UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(words[0]);
    byte[] request = (words[2] + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    List<SocketChannel> held = new ArrayList<>();
    Map<String, Integer> statuses = new TreeMap<>();
    System.out.println("ready");
    if (System.in.read() < 0) {
      return;
    }
    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
      SocketChannel connection = SocketChannel.open(socket);
      held.add(connection);
      statuses.merge(status(connection, request), 1, Integer::sum);
    }
    System.out.println(statuses);
    while (System.in.read() >= 0) {
      // Whoever started this ends it by closing its standard input.
    }
    Map<String, Integer> later = new TreeMap<>();
    for (SocketChannel each : held) {
      each.configureBlocking(false);
      ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER);
      each.read(answer);
      String said = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
      int begin = said.indexOf("HTTP/1.1 ");
      if (begin >= 0) {
        String status = said.substring(begin).substring(STATUS_LENGTH - 3, STATUS_LENGTH);
        // That half a minute is over has nothing to do with others.
        if (!status.equals("408")) {
          later.merge(status, 1, Integer::sum);
        }
      }
      each.close();
    }
    System.out.println(later);
  }

  private static String status(SocketChannel connection, byte[] request) throws IOException {
    try {
      connection.write(ByteBuffer.wrap(request));
    } catch (IOException e) {
      // Refused and closed before the request was written; the answer is there all the same.
    }
    ByteBuffer answer = ByteBuffer.allocate(STATUS_LENGTH);
    while (answer.hasRemaining()) {
      if (connection.read(answer) < 0) {
        return "closed after " + answer.position() + " bytes";
      }
    }
    return new String(answer.array(), StandardCharsets.US_ASCII).substring(STATUS_LENGTH - 3);
  }
}
