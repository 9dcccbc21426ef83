package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A request that needs no node. */
record ListNodes(Path directory) implements Workload {

  @Override
  public String title() {
    return "manage --list-nodes";
  }

  @Override
  public String anchorTitle() {
    return "java -version";
  }

  @Override
  public Limit must() {
    return Limit.seconds(0.35);
  }

  @Override
  public Limit wants() {
    return Limit.seconds(0.2);
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("manage", "--list-nodes");
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    Workload.startJvm(directory);
  }
}
