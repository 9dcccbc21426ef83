package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * The many jobs on a cluster of their own, which differs from the one of all rows in one thing; the
 * anchor is the same work there.
 */
final class JobsElsewhere implements Workload {

  /** Makes a cluster that is not started yet. */
  interface Maker {
    /**
     * @param directory empty
     */
    Cluster in(Path directory) throws IOException, InterruptedException;
  }

  private final String title;
  private final boolean eachTime;
  private final Limit must;
  private final Limit wants;
  private final Path directory;
  private final Maker maker;
  private final ManyJobs jobs;
  private int made;
  private Cluster ours;
  private Cluster own;

  private JobsElsewhere(
      String title, boolean eachTime, Limit must, Limit wants, Path directory, Maker maker)
      throws IOException {
    this.title = ManyJobs.JOBS + " RUN echo, " + title;
    this.eachTime = eachTime;
    this.must = must;
    this.wants = wants;
    this.directory = directory;
    this.maker = maker;
    this.jobs = new ManyJobs(directory);
  }

  /** The first work of server and clients, which are started for each run. */
  static JobsElsewhere first(Path directory, Maker maker) throws IOException {
    Limit limit = Limit.timesAnchor(1.5);
    return new JobsElsewhere("the first after a start", true, limit, limit, directory, maker);
  }

  /**
   * With another store than the file of our server.
   *
   * @param store its name
   */
  static JobsElsewhere stored(String store, Path directory, Maker maker) throws IOException {
    Limit must = Limit.timesAnchor(1.5);
    return new JobsElsewhere(
        "store in " + store, false, must, Limit.timesAnchor(1.1), directory, maker);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String anchorTitle() {
    return eachTime ? "the same later" : "store in a file";
  }

  @Override
  public Limit must() {
    return must;
  }

  @Override
  public Limit wants() {
    return wants;
  }

  @Override
  public boolean isOfTheOriginal() {
    return false;
  }

  @Override
  public void prepare(Cluster cluster) throws IOException, InterruptedException {
    ours = cluster;
    if (own == null) {
      String name = title.replaceAll("\\W+", "-") + "-" + ++made;
      own = maker.in(Files.createDirectory(directory.resolve(name)));
      own.start();
    }
  }

  @Override
  public Cluster measured(Cluster cluster) {
    return own;
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    jobs.run(cluster);
  }

  @Override
  public OptionalDouble atServer(Cluster cluster) throws IOException {
    return jobs.atServer(cluster);
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    jobs.check(cluster);
    if (eachTime) {
      close();
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    jobs.run(ours);
  }

  @Override
  public CpuUse anchorCpu() {
    return ours.cpu();
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
