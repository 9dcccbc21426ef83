package io.directord.bench;

import io.directord.common.target.Target;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeAttributes;
import io.directord.server.node.JoinTokens;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.EnrolledClient;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredTraits;
import io.directord.server.time.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An expression over 10,000 nodes, a hundred times, each as for a new request, in this process: it
 * is what the server's dispatcher does meanwhile instead of anything else.
 */
final class ResolveTargets implements Workload {
  private static final int NODES = 10_000;
  private static final int TIMES = 100;
  private static final String EXPRESSION =
      "@role=web and @os.version>=12.5 and not web-[00000:00999]";

  private final Path directory;
  private final Path list;
  private final NodeRegistry nodes;

  ResolveTargets(Path directory) throws IOException {
    this.directory = directory;
    this.list = directory.resolve("nodes.txt");
    List<StoredNode> known = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String name = String.format(Locale.ROOT, "web-%05d", i);
      String role = i % 4 == 0 ? "db" : "web";
      String version = "12." + i % 10;
      known.add(node(name, role, version));
      lines.add(name + " role=" + role + " os.version=" + version);
    }
    Files.write(list, lines);
    Moment now = new Moment(Duration.ZERO, Instant.EPOCH);
    this.nodes = new NodeRegistry(Duration.ofMinutes(1), known, new JoinTokens(), now);
  }

  private static StoredNode node(String name, String role, String version) {
    NodeAttributes self =
        new NodeAttributes(
            Map.of("role", role), Map.of("os", "debian", "os.version", version), List.of());
    return new StoredNode(
        name,
        "",
        name,
        new EnrolledClient("1", "zeromq", Instant.EPOCH, null),
        JournalState.UNKNOWN,
        new StoredTraits(self, Map.of()),
        null);
  }

  @Override
  public String title() {
    return "100 expressions over 10,000 nodes";
  }

  @Override
  public String anchorTitle() {
    return "100 times grep in 10,000 lines";
  }

  @Override
  public boolean isOfTheOriginal() {
    return false;
  }

  @Override
  public Limit must() {
    return Limit.seconds(2);
  }

  @Override
  public Limit wants() {
    return Limit.timesAnchor(1);
  }

  @Override
  public void run(Cluster cluster) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      int found = TargetResolver.of(nodes).resolve(Target.of(List.of(EXPRESSION))).nodes().size();
      if (found != NODES * 9 / 10 * 2 / 5) {
        throw new IOException("the expression stands for " + found + " nodes");
      }
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    String grep = "grep -cE '^web-0[1-9].* role=web os.version=12.[5-9]$' " + list;
    Command.run(
        List.of("sh", "-c", "for i in $(seq " + TIMES + "); do " + grep + "; done"),
        Map.of(),
        directory.resolve("anchor.out"));
  }
}
