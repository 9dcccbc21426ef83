package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A question that only the server answers. */
record ListNodes(Path folder) implements Work {

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
    Work.startJvm(folder);
  }
}
