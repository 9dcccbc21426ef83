package io.directord.server;

import io.directord.common.component.SourceFile;
import io.directord.common.orchestration.HookPlan;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.LocalTree;
import io.directord.common.tree.TreeEntry;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Incoming;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.hook.StartableHook;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What hooks deliver, as it was when the configuration was read: copied, and kept as long as the
 * configuration has the hooks. Blocks on the disk.
 */
final class HookContents {
  private static final System.Logger LOG = System.getLogger(HookContents.class.getName());

  private final ContentStore contents;
  private final Set<String> kept = new HashSet<>();

  private HookContents(ContentStore contents) {
    this.contents = contents;
  }

  /** Keeps what these deliver, and no longer what others did. */
  static void keep(IncomingHooks.Table hooks, ContentStore contents) {
    HookContents keeping = new HookContents(contents);
    for (StartableHook hook : hooks.hooks().values()) {
      try {
        keeping.keep(hook.plan());
      } catch (IOException | IllegalArgumentException e) {
        String why = e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage();
        LOG.log(
            Level.ERROR,
            "hook {0} cannot be started, since what it delivers is not here: {1}",
            hook.settings().name(),
            why);
      }
    }
    contents.pin(keeping.kept);
  }

  private void keep(HookPlan plan) throws IOException {
    for (SourceFile file : plan.files()) {
      adopt(file.sha256(), Path.of(file.path()));
    }
    for (LocalTree tree : plan.trees()) {
      keep(tree);
    }
    for (Map.Entry<String, byte[]> secret : plan.secrets().entrySet()) {
      if (!contents.has(secret.getKey())) {
        contents.keepSecret(secret.getKey(), secret.getValue());
      }
      kept.add(secret.getKey());
    }
  }

  private void keep(LocalTree tree) throws IOException {
    if (!contents.has(tree.sha256())) {
      try (Incoming manifest = contents.receive(tree.sha256(), tree.manifest().length, null)) {
        manifest.write(ByteBuffer.wrap(tree.manifest()));
        manifest.commit();
      }
    }
    kept.add(tree.sha256());
    for (TreeEntry entry : tree.entries()) {
      if (entry.isFile()) {
        adopt(entry.text(), tree.root().resolve(entry.path()));
      }
    }
  }

  private void adopt(String sha256, Path file) throws IOException {
    if (!contents.adopt(sha256, file)) {
      throw new IOException(
          file
              + " is not any more what it was when the configuration was read: reload it (SIGHUP)");
    }
    kept.add(sha256);
  }
}
