package io.directord.common.wire;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever bytes come in, nothing but {@link BadMessageException} comes out. */
class CodecFuzzTest {
  private static final int ROUNDS = 2_000;
  private static final String[] JSON = {
    "null", "0", "-1", "1e999", "\"\"", "\"x\"", "[]", "{}", "[null]", "true", "9223372036854775808"
  };
  private final Random random = new Random(1);

  @Test
  void randomFrames() {
    for (int i = 0; i < ROUNDS; i++) {
      List<byte[]> frames = new ArrayList<>();
      for (int n = random.nextInt(4); n >= 0; n--) {
        byte[] frame = new byte[random.nextInt(60)];
        random.nextBytes(frame);
        frames.add(frame);
      }
      unpackAndDecode(frames);
    }
  }

  @Test
  void mutatedMessages() {
    List<Frames> messages = messages();
    for (int i = 0; i < ROUNDS; i++) {
      List<byte[]> frames =
          new ArrayList<>(messages.get(random.nextInt(messages.size())).toBytes());
      for (int n = random.nextInt(3); n >= 0; n--) {
        int frame = random.nextInt(frames.size());
        frames.set(frame, mutate(frames.get(frame)));
      }
      unpackAndDecode(frames);
    }
  }

  @Test
  void messagesWithOtherJsonValues() {
    List<Frames> messages = messages().stream().filter(m -> m.data() != null).toList();
    for (int i = 0; i < ROUNDS; i++) {
      Frames message = messages.get(random.nextInt(messages.size()));
      decodeAll(withData(message, otherValue(message.data())));
    }
  }

  @Test
  void nestingWithoutEnd() {
    for (String open : List.of("[", "{\"a\":")) {
      byte[] json = open.repeat(200_000).getBytes(StandardCharsets.UTF_8);
      decodeAll(withData(messages().get(0), json));
    }
  }

  private static List<Frames> messages() {
    UUID id = UUID.randomUUID();
    Delivery delivery = new Delivery(id, "ab", 5, 5, new byte[32], new byte[32]);
    Stream<Frames> content =
        Stream.of(
            ContentCodec.encode(new ContentMessage.Request(new byte[32], 1)),
            ContentCodec.encode(new ContentMessage.Chunk(new byte[32], 1, new byte[9])),
            ContentCodec.encode(new ContentMessage.Denied(new byte[32], 1, new byte[9])));
    ServerMessage.Run run =
        CodecTest.fromServer().stream()
            .filter(ServerMessage.Run.class::isInstance)
            .map(ServerMessage.Run.class::cast)
            .findFirst()
            .orElseThrow();
    return Stream.of(
            CodecTest.fromNodes().stream().map(NodeCodec::encode),
            CodecTest.fromServer().stream().map(ServerCodec::encode),
            content,
            Stream.of(
                ServerCodec.encode(new ServerMessage.Run(run.job(), List.of(delivery))),
                NodeCodec.encode(
                    new NodeMessage.Output(
                        id, "RUN", NodeMessage.Stream.STDOUT, new byte[5], null, 0))))
        .flatMap(frames -> frames)
        .toList();
  }

  private static Frames withData(Frames frames, byte[] data) {
    return new Frames(
        frames.messageId(),
        frames.control(),
        frames.command(),
        data,
        frames.info(),
        frames.stderr(),
        frames.stdout());
  }

  private static void decodeAll(Frames frames) {
    Stream.<Decoder>of(NodeCodec::decode, ServerCodec::decode, ContentCodec::decode)
        .forEach(decoder -> decode(decoder, frames));
  }

  private static void unpackAndDecode(List<byte[]> bytes) {
    try {
      decodeAll(Frames.of(bytes));
    } catch (BadMessageException e) {
      assertNotNull(e.getMessage());
    }
  }

  private static void decode(Decoder decoder, Frames frames) {
    try {
      Object message = decoder.decode(frames);
      // What was accepted can be used: it has no nulls where its users would fall over them.
      if (message instanceof ServerMessage.Run run) {
        run.deliveries().forEach(d -> assertTrue(d.chunks() >= 0 && d.key() != null));
        ServerCodec.encode(run);
      } else if (message instanceof ServerMessage server) {
        ServerCodec.encode(server).toBytes();
      } else if (message instanceof NodeMessage node) {
        NodeCodec.encode(node).toBytes();
      } else {
        ContentCodec.encode((ContentMessage) message).toBytes();
      }
    } catch (BadMessageException e) {
      assertNotNull(e.getMessage());
    }
  }

  private interface Decoder {
    Object decode(Frames frames) throws BadMessageException;
  }

  private byte[] mutate(byte[] frame) {
    byte[] copy = Arrays.copyOf(frame, Math.max(1, frame.length));
    switch (random.nextInt(4)) {
      case 0 -> copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[random.nextInt(copy.length)] = "\"{}[]:,\\0".getBytes()[random.nextInt(9)];
      case 2 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length + 1));
      default -> random.nextBytes(copy);
    }
    return copy;
  }

  /** Puts another JSON value behind one of the colons. */
  private byte[] otherValue(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    int colon = text.indexOf(':', random.nextInt(text.length()));
    int end = colon < 0 ? -1 : endOfValue(text, colon + 1);
    if (end < 0) {
      return JSON[random.nextInt(JSON.length)].getBytes(StandardCharsets.UTF_8);
    }
    String value = JSON[random.nextInt(JSON.length)];
    return (text.substring(0, colon + 1) + value + text.substring(end))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static int endOfValue(String text, int start) {
    int depth = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        if (depth-- == 0) {
          return i;
        }
      } else if (c == ',' && depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
