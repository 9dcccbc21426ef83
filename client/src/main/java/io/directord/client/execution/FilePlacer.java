package io.directord.client.execution;

import io.directord.client.files.Attributes;
import io.directord.client.files.Destination;
import io.directord.client.files.PathChangedException;
import io.directord.client.files.Staging;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.pieces.PieceList;
import io.directord.common.pieces.PieceReader;
import io.directord.common.security.Digests;
import io.directord.common.storage.EarlySync;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Places delivered content, by {@link Destination} and {@link Staging}. A replaced file keeps its
 * mode and owner unless the job says otherwise, and a link stays a link, as with {@code cp}. A new
 * file with a secret in it is its owner's alone, unless the job says otherwise. A failure leaves
 * nothing behind.
 */
final class FilePlacer {
  /** Maximum size of a blueprint, which is rendered in memory. */
  private static final long MAX_BLUEPRINT_BYTES = 8 << 20;

  private static final int SECRET_MODE = 0600;

  /** Not a number of bytes. */
  private static final long ALL = -1;

  private final Execution.Node node;
  private final NodeContext context;
  private final Renderer renderer;

  /**
   * @param renderer of blueprints
   */
  FilePlacer(Execution.Node node, NodeContext context, Renderer renderer) {
    this.node = node;
    this.context = context;
    this.renderer = renderer;
  }

  /** Renders a template. */
  @FunctionalInterface
  interface Renderer {
    Rendered render(String template) throws JobException;
  }

  /**
   * A rendered template.
   *
   * @param isSecretive whether a secret was rendered into it
   */
  record Rendered(String text, boolean isSecretive) {}

  /**
   * A file that is as wanted.
   *
   * @param sha256 of its content
   * @param changed whether it was changed
   * @param fetched how many bytes of it were fetched; negative if that is all or none
   */
  record Placed(String sha256, boolean changed, long fetched) {
    Placed(String sha256, boolean changed) {
      this(sha256, changed, ALL);
    }
  }

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
   * @throws JobException if it is too long to be rendered
   */
  static void requireBlueprint(long bytes) throws JobException {
    if (bytes > MAX_BLUEPRINT_BYTES) {
      throw new JobException(
          "a blueprint has at most " + (MAX_BLUEPRINT_BYTES >> 20) + " MiB; this has " + bytes);
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
    private Attributes wanted;

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
        long fetched = fetch(staging);
        if (!blueprint) {
          staging.place(wanted, path);
          return new Placed(delivery.sha256(), true, fetched);
        }
        Rendered result = rendered(staging);
        if (result.isSecretive() && wanted.mode() == null) {
          protect();
        }
        byte[] rendered = result.text().getBytes(StandardCharsets.UTF_8);
        String sha256 = Digests.sha256(rendered);
        if (isThere(rendered.length, sha256)) {
          return new Placed(sha256, adjusted);
        }
        try (FileChannel out = staging.create()) {
          write(out, ByteBuffer.wrap(rendered));
          out.force(false);
        }
        staging.place(wanted, path);
        return new Placed(sha256, true);
      }
    }

    /** The file will have a secret in it. */
    private void protect() throws IOException {
      if (!destination.exists()) {
        wanted = wanted.withMode(SECRET_MODE);
      } else if (wanted.areForEveryone(destination)) {
        context.stderr(
            path + " has a secret in it and every user may read it: --chmod gives it a mode\n");
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

    /** Fetches what the file that is there does not have, see {@link Placed#fetched}. */
    private long fetch(Staging staging) throws JobException, IOException, InterruptedException {
      try (FileChannel base = base()) {
        Patch patch =
            base == null
                ? null
                : Patch.of(node.content(), delivery, 0, delivery.size(), from(base));
        if (patch != null && fetch(staging, patch, base).equals(delivery.sha256())) {
          return patch.fetched();
        }
        node.content().require(delivery, fetch(staging, null, null));
        return ALL;
      } catch (InterruptedException e) {
        if (e.getMessage() != null) {
          context.stderr(path + ": " + e.getMessage() + "\n");
        }
        throw e;
      }
    }

    /** The file that is there, if it may be an earlier version of a large one. */
    private FileChannel base() throws IOException {
      if (!destination.isFile()
          || !PieceList.isOf(delivery.size())
          || !PieceList.isOf(destination.size())) {
        return null;
      }
      try {
        return destination.read();
      } catch (FileSystemException e) {
        // Not readable for this user, or a program that is running.
        return null;
      }
    }

    private PieceReader.Source from(FileChannel base) {
      return (position, into) -> base.read(into, position);
    }

    /**
     * Fetches all of it, or what a patch lacks.
     *
     * @return its fingerprint
     */
    private String fetch(Staging staging, Patch patch, FileChannel base)
        throws JobException, IOException, InterruptedException {
      MessageDigest digest = Digests.sha256();
      try (FileChannel out = staging.create()) {
        EarlySync sync = new EarlySync(out);
        Patch.Taker taker =
            (bytes, offset, length) -> {
              digest.update(bytes, offset, length);
              write(out, ByteBuffer.wrap(bytes, offset, length));
              sync.written(length);
            };
        if (patch == null) {
          node.content().fetch(delivery, bytes -> taker.take(bytes, 0, bytes.length));
        } else {
          patch.fetch(node.content(), from(base), taker);
        }
        sync.force();
      }
      return Digests.hex(digest);
    }

    private Rendered rendered(Staging staging) throws JobException, IOException {
      requireBlueprint(delivery.size());
      try (FileChannel in = staging.read()) {
        ByteBuffer bytes = ByteBuffer.wrap(Channels.newInputStream(in).readAllBytes());
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        return renderer.render(text);
      } catch (CharacterCodingException e) {
        throw new JobException("the blueprint is not text in UTF-8", e);
      }
    }
  }

  private static void write(FileChannel out, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }
}
