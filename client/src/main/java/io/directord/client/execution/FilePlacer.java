package io.directord.client.execution;

import io.directord.client.files.Attributes;
import io.directord.client.files.Destination;
import io.directord.client.files.PathChangedException;
import io.directord.client.files.Staging;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.NodeContext.Ownership;
import io.directord.common.job.Outcome;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Places delivered content, by {@link Destination} and {@link Staging}. A replaced file keeps its
 * mode and owner unless the job says otherwise, and a link stays a link, as with {@code cp}. A
 * failure leaves nothing behind.
 */
final class FilePlacer {
  /** Maximum size of a blueprint, which is rendered in memory. */
  private static final long MAX_BLUEPRINT_BYTES = 8 << 20;

  private final Execution.Node node;
  private final NodeContext context;

  FilePlacer(Execution.Node node, NodeContext context) {
    this.node = node;
    this.context = context;
  }

  /**
   * A file that is as wanted.
   *
   * @param sha256 of its content
   * @param changed whether it was changed
   */
  record Placed(String sha256, boolean changed) {}

  /** See {@link NodeContext#deliver}. */
  Placed place(Delivery delivery, Path path, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    try (Destination destination = Destination.of(path)) {
      Attributes wanted = Attributes.of(ownership);
      destination.requireFile(wanted);
      return new Placing(delivery, path, destination, wanted).place(blueprint);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (PathChangedException e) {
      throw changed(path, "placed", e);
    } catch (IOException e) {
      throw new JobException(path + " cannot be written: " + IoErrors.say(e), e);
    }
  }

  /**
   * See {@link NodeContext#makeDirectory}.
   *
   * @return whether it was created or changed
   */
  static boolean makeDirectory(Path path, Ownership ownership) throws JobException {
    try {
      Attributes wanted = Attributes.of(ownership);
      try (Destination directory = Destination.makeDirectory(path, wanted)) {
        return wanted.applyTo(directory) || directory.isMade();
      }
    } catch (PathChangedException e) {
      throw changed(path, "made", e);
    } catch (IOException e) {
      throw new JobException("the directory " + path + " cannot be made: " + IoErrors.say(e), e);
    }
  }

  /** The changed name may be an internal one, so it is not shown. */
  private static JobException changed(Path path, String being, PathChangedException cause) {
    return new JobException(
        path
            + ", or a directory on the way to it, was changed by another process while it was being "
            + being
            + ": run the job again",
        cause);
  }

  /** One file being placed. */
  private final class Placing {
    private final Delivery delivery;
    private final Path path;
    private final Destination destination;
    private final Attributes wanted;

    /** Owner or mode of a file with the right content were changed. */
    private boolean adjusted;

    Placing(Delivery delivery, Path path, Destination destination, Attributes wanted) {
      this.delivery = delivery;
      this.path = path;
      this.destination = destination;
      this.wanted = wanted;
    }

    Placed place(boolean blueprint) throws JobException, IOException, InterruptedException {
      if (!blueprint && isThere(delivery.size(), delivery.sha256())) {
        return new Placed(delivery.sha256(), adjusted);
      }
      try (Staging staging = Staging.at(destination, node.staging())) {
        fetch(staging);
        if (!blueprint) {
          staging.place(wanted, path);
          return new Placed(delivery.sha256(), true);
        }
        byte[] rendered = rendered(staging);
        String sha256 = Digests.sha256(rendered);
        if (isThere(rendered.length, sha256)) {
          return new Placed(sha256, adjusted);
        }
        try (FileChannel out = staging.create()) {
          write(out, rendered);
          out.force(false);
        }
        staging.place(wanted, path);
        return new Placed(sha256, true);
      }
    }

    /**
     * Whether nothing needs to be written, since the content is in place; owner and mode are then
     * set, unless another user might replace the file meanwhile.
     */
    private boolean isThere(long size, String sha256)
        throws JobException, IOException, InterruptedException {
      if (!FileContent.matches(destination, size, sha256)) {
        return false;
      }
      if (wanted.areThoseOf(destination)) {
        return true;
      }
      adjusted = wanted.applyInPlace(destination, path);
      return adjusted;
    }

    private void fetch(Staging staging) throws JobException, IOException, InterruptedException {
      MessageDigest digest = Digests.sha256();
      try (FileChannel out = staging.create()) {
        node.content()
            .fetch(
                delivery,
                bytes -> {
                  digest.update(bytes);
                  write(out, bytes);
                });
        out.force(false);
      } catch (InterruptedException e) {
        if (e.getMessage() != null) {
          context.stderr(path + ": " + e.getMessage() + "\n");
        }
        throw e;
      }
      String got = Digests.hex(digest);
      if (!got.equals(delivery.sha256())) {
        throw new JobException(
            Outcome.Reason.REFUSED,
            "what was delivered has the fingerprint " + got + ", not " + delivery.sha256());
      }
    }

    private byte[] rendered(Staging staging) throws JobException, IOException {
      if (delivery.size() > MAX_BLUEPRINT_BYTES) {
        throw new JobException(
            "a blueprint has at most "
                + (MAX_BLUEPRINT_BYTES >> 20)
                + " MiB; this has "
                + delivery.size());
      }
      try (FileChannel in = staging.read()) {
        ByteBuffer bytes = ByteBuffer.wrap(Channels.newInputStream(in).readAllBytes());
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        return context.render(text).getBytes(StandardCharsets.UTF_8);
      } catch (CharacterCodingException e) {
        throw new JobException("the blueprint is not text in UTF-8", e);
      }
    }
  }

  private static void write(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }
}
