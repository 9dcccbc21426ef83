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
 * A program for another user: opens many connections with the same request, says how often each
 * status was answered, and keeps them until its standard input ends. Needs nothing but Java.
 */
final class Hoarder {
  private static final int STATUS_LENGTH = "HTTP/1.1 200".length();

  private Hoarder() {}

  public static void main(String[] words) throws IOException {
    UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(words[0]);
    byte[] request = (words[2] + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    List<SocketChannel> held = new ArrayList<>();
    Map<String, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
      SocketChannel connection = SocketChannel.open(socket);
      held.add(connection);
      statuses.merge(status(connection, request), 1, Integer::sum);
    }
    System.out.println(statuses);
    while (System.in.read() >= 0) {
      // Whoever started this ends it by closing its standard input.
    }
    for (SocketChannel each : held) {
      each.close();
    }
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
