package io.directord.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Takes the samples of one piece of work: the anchor, ours and the original in turns. */
final class Measurement {

  /** The measurements of one contender. */
  record Series(Samples seconds, List<CpuUse> cpu) {

    /** Mean seconds of processor time for each role. */
    Map<String, Cpu> roles() {
      return mean(cpu.stream().map(CpuUse::roles));
    }

    /** Mean seconds of processor time for each thread name. */
    Map<String, Cpu> threads() {
      return mean(cpu.stream().map(CpuUse::threads));
    }

    private Map<String, Cpu> mean(Stream<Map<String, Cpu>> uses) {
      Map<String, Cpu> sum = new TreeMap<>();
      uses.forEach(use -> use.forEach((who, one) -> sum.merge(who, one, Cpu::plus)));
      sum.replaceAll((who, all) -> new Cpu(all.user() / cpu.size(), all.system() / cpu.size()));
      return sum;
    }
  }

  /**
   * @param memory of our runs
   * @param atServer {@link Workload#atServer} of our runs; empty if it is not known
   */
  record Result(
      Workload work,
      Series anchor,
      Series ours,
      Optional<Series> original,
      List<PeakMemory> memory,
      Optional<Samples> atServer) {}

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  private interface Meter {
    CpuUse read();
  }

  private static final class Samplings {
    private final List<Double> seconds = new ArrayList<>();
    private final List<CpuUse> cpu = new ArrayList<>();

    void take(Step step, Meter meter) throws IOException, InterruptedException {
      CpuUse before = meter.read();
      long start = System.nanoTime();
      step.run();
      seconds.add((System.nanoTime() - start) / 1e9);
      cpu.add(meter.read().minus(before));
    }

    Series series() {
      return new Series(new Samples(seconds), cpu);
    }
  }

  private final Cluster ours;
  private final Optional<Cluster> original;
  private final List<PeakMemory> peaks = new ArrayList<>();

  /**
   * @param original held; it is resumed for its own turns only
   */
  Measurement(Cluster ours, Optional<Cluster> original) {
    this.ours = ours;
    this.original = original;
  }

  /** Runs everything once to warm up, then measures the given number of runs. */
  Result of(Workload work, int runs) throws IOException, InterruptedException {
    round(work, new Samplings(), new Samplings(), new Samplings());
    peaks.clear();
    Samplings anchors = new Samplings();
    Samplings us = new Samplings();
    Samplings them = new Samplings();
    List<Double> atServer = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      OptionalDouble inside = round(work, anchors, us, them);
      inside.ifPresent(atServer::add);
    }
    return new Result(
        work,
        anchors.series(),
        us.series(),
        original.filter(present -> !them.seconds.isEmpty()).map(present -> them.series()),
        List.copyOf(peaks),
        Optional.of(atServer).filter(list -> !list.isEmpty()).map(Samples::new));
  }

  private OptionalDouble round(Workload work, Samplings anchors, Samplings us, Samplings them)
      throws IOException, InterruptedException {
    work.prepare(ours);
    Cluster measured = work.measured(ours);
    anchors.take(work::anchor, work::anchorCpu);
    PeakMemory.reset(measured);
    us.take(() -> work.run(measured), measured::cpu);
    peaks.add(PeakMemory.of(measured));
    OptionalDouble atServer = work.atServer(measured);
    work.check(measured);
    if (original.isPresent() && work.isOfTheOriginal()) {
      Cluster other = original.get();
      other.resume();
      work.prepare(other);
      try {
        them.take(() -> work.run(other), other::cpu);
        work.check(other);
      } catch (Command.HangsException e) {
        System.err.println("Not counted: " + e.getMessage());
      }
      other.hold();
    }
    return atServer;
  }
}
