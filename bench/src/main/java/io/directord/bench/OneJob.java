package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The quickest command, on every node. */
record OneJob(Path directory) implements Workload {

  @Override
  public String title() {
    return "exec --wait RUN true";
  }

  @Override
  public String anchorTitle() {
    return "java -version";
  }

  @Override
  public Limit must() {
    return Limit.seconds(0.6);
  }

  @Override
  public Limit wants() {
    return Limit.seconds(0.25);
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("exec", "--wait", "--verb", "RUN", "--skip-cache true");
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    Workload.startJvm(directory);
  }
}
