package io.directord.common.wire;

import static io.directord.common.wire.FrameData.firstLine;
import static io.directord.common.wire.FrameData.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.json.Json;
import io.directord.common.security.Sealing;
import tools.jackson.core.JacksonException;

/**
 * Encodes the messages of the content ports to {@link Frames} and decodes them. Stateless; decoding
 * any bytes throws nothing but {@link BadMessageException}.
 */
public final class ContentCodec {

  private ContentCodec() {}

  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  private record ChunkNumber(@JsonInclude long chunk, boolean last) {}

  public static Frames encode(ContentMessage message) {
    if (message instanceof ContentMessage.Request) {
      return content(Control.TRANSFER_START, message, null);
    }
    if (message instanceof ContentMessage.Chunk chunk) {
      return content(Control.TRANSFER_END, message, chunk.sealed());
    }
    if (message instanceof ContentMessage.Offer offer) {
      return content(Control.OUTPUT, message, offer.sealed());
    }
    if (message instanceof ContentMessage.Wanted wanted) {
      return content(Control.ROOM, message, wanted.sealed());
    }
    if (message instanceof ContentMessage.Denied denied) {
      return content(Control.FAILED, message, denied.sealed());
    }
    throw new IllegalArgumentException("a message that has no form on the wire: " + message);
  }

  private static Frames content(Control control, ContentMessage message, byte[] sealed) {
    boolean last = message instanceof ContentMessage.Offer offer && offer.last();
    byte[] data = Json.bytes(new ChunkNumber(message.chunk(), last));
    return new Frames(null, control, null, data, null, message.ticket(), sealed);
  }

  public static ContentMessage decode(Frames frames) throws BadMessageException {
    try {
      ChunkNumber number = read(frames, ChunkNumber.class);
      long chunk = number.chunk();
      byte[] ticket = frames.stderr();
      if (ticket == null || ticket.length != Sealing.SECRET_BYTES || chunk < 0) {
        throw new BadMessageException("content: ticket and chunk are needed");
      }
      byte[] sealed = frames.stdout() == null ? new byte[0] : frames.stdout();
      return switch (frames.control()) {
        case TRANSFER_START -> new ContentMessage.Request(ticket, chunk);
        case TRANSFER_END -> new ContentMessage.Chunk(ticket, chunk, sealed);
        case FAILED -> new ContentMessage.Denied(ticket, chunk, sealed);
        case OUTPUT -> new ContentMessage.Offer(ticket, chunk, number.last(), sealed);
        case ROOM -> new ContentMessage.Wanted(ticket, chunk, sealed);
        default -> throw new BadMessageException("content: unexpected " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException("content: " + firstLine(e), e);
    }
  }
}
