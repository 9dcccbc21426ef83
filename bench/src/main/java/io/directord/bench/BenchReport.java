package io.directord.bench;

import io.directord.bench.Measurement.Result;
import io.directord.bench.Measurement.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The measured figures as Markdown, which is readable on a terminal too. */
final class BenchReport {
  private static final int THREADS_SHOWN = 12;

  private final List<Result> results;
  private final Map<String, Idle> idle;
  private final List<Crowd> crowds;

  /**
   * Keeps references: additions are seen later.
   *
   * @param idle contender to its idle nodes
   */
  BenchReport(List<Result> results, Map<String, Idle> idle, List<Crowd> crowds) {
    this.results = results;
    this.idle = idle;
    this.crowds = crowds;
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    if (!results.isEmpty()) {
      text.append("Times in seconds, median (least–greatest)\n\n").append(times());
      text.append("\nProcessor seconds, mean of the runs\n\n").append(processorTime());
      text.append("\nOurs by thread, mean of the runs\n\n").append(threads());
      text.append("\nLargest memory (RSS) meanwhile, MB\n\n").append(memory());
    }
    if (!idle.isEmpty()) {
      text.append("\nAn idle node's client\n\n").append(idleNodes());
    }
    if (!crowds.isEmpty()) {
      text.append("\nSimulated nodes on one server, times in seconds\n\n").append(crowds());
    }
    return text.toString();
  }

  /** All samples, for other programs. */
  Map<String, Object> json() {
    return Map.of(
        "processors",
        Runtime.getRuntime().availableProcessors(),
        "works",
        works(),
        "idle",
        idle,
        "crowds",
        crowds);
  }

  private List<Map<String, Object>> works() {
    List<Map<String, Object>> works = new ArrayList<>();
    for (Result result : results) {
      Map<String, Object> work = new LinkedHashMap<>();
      work.put("title", result.work().title());
      work.put("anchor_title", result.work().anchorTitle());
      work.put("anchor", result.anchor());
      work.put("ours", result.ours());
      work.put("memory", result.memory());
      result.original().ifPresent(them -> work.put("original", them));
      result.atServer().ifPresent(inside -> work.put("ours_at_server", inside));
      works.add(work);
    }
    return works;
  }

  private MarkdownTable times() {
    MarkdownTable table =
        new MarkdownTable(
            "work",
            "ours",
            "anchor",
            "its time",
            "ours / anchor",
            "must",
            "wants",
            "the original",
            "original / ours");
    for (Result result : results) {
      Workload work = result.work();
      times(table, work.title(), result.ours().seconds(), result);
      result.atServer().ifPresent(inside -> times(table, "– from submission on", inside, result));
    }
    return table;
  }

  private static void times(MarkdownTable table, String title, Samples ours, Result result) {
    Workload work = result.work();
    Samples anchor = result.anchor().seconds();
    Optional<Samples> original = result.original().map(Series::seconds);
    table.add(
        title,
        ours,
        work.anchorTitle(),
        anchor,
        ours.dividedBy(anchor),
        verdict(work.must(), ours, anchor),
        verdict(work.wants(), ours, anchor),
        original.map(Samples::toString).orElse("–"),
        original.map(them -> them.dividedBy(ours).toString()).orElse("–"));
  }

  private static String verdict(Limit limit, Samples ours, Samples anchor) {
    return limit + (limit.metBy(ours, anchor) ? ": yes" : ": no");
  }

  private MarkdownTable processorTime() {
    MarkdownTable table = new MarkdownTable("work", "who", "user", "system");
    for (Result result : results) {
      String title = result.work().title();
      addCpu(table, title, result.work().anchorTitle(), result.anchor().roles());
      addCpu(table, title, "ours", result.ours().roles());
      result.original().ifPresent(them -> addCpu(table, title, "the original", them.roles()));
    }
    return table;
  }

  private static void addCpu(
      MarkdownTable table, String work, String whose, Map<String, Cpu> roles) {
    roles.forEach(
        (role, cpu) -> {
          String who = roles.size() == 1 ? whose : whose + ": " + role;
          table.add(work, who, seconds(cpu.user()), seconds(cpu.system()));
        });
  }

  private MarkdownTable threads() {
    MarkdownTable table = new MarkdownTable("work", "thread", "user", "system");
    for (Result result : results) {
      List<Map.Entry<String, Cpu>> busiest = new ArrayList<>(result.ours().threads().entrySet());
      busiest.sort((a, b) -> Double.compare(b.getValue().total(), a.getValue().total()));
      busiest.stream()
          .limit(THREADS_SHOWN)
          .filter(thread -> thread.getValue().total() >= 0.01)
          .forEach(
              thread ->
                  table.add(
                      result.work().title(),
                      thread.getKey(),
                      seconds(thread.getValue().user()),
                      seconds(thread.getValue().system())));
    }
    return table;
  }

  private MarkdownTable memory() {
    MarkdownTable table = new MarkdownTable("work", "server", "the largest node client");
    for (Result result : results) {
      List<PeakMemory> peaks = result.memory();
      table.add(
          result.work().title(),
          new Samples(peaks.stream().map(PeakMemory::server).toList()),
          new Samples(peaks.stream().map(PeakMemory::node).toList()));
    }
    return table;
  }

  private MarkdownTable idleNodes() {
    MarkdownTable table = new MarkdownTable("whose", "PSS, MB", "% of one core");
    idle.forEach((whose, node) -> table.add(whose, node.megabytes(), seconds(node.cpuPercent())));
    return table;
  }

  private MarkdownTable crowds() {
    MarkdownTable table =
        new MarkdownTable(
            "nodes",
            "all joined after",
            "exec --wait RUN true",
            "manage --list-nodes",
            "all back after kill -9",
            "server's processor seconds: joining, a call, a list, coming back",
            "server's PSS, MB",
            "% of one core, idle");
    for (Crowd crowd : crowds) {
      table.add(
          crowd.nodes(),
          seconds(crowd.joined().seconds().median()),
          crowd.noOp().seconds(),
          crowd.list().seconds(),
          seconds(crowd.back().seconds().median()),
          Stream.of(crowd.joined(), crowd.noOp(), crowd.list(), crowd.back())
              .map(phase -> seconds(phase.server()))
              .collect(Collectors.joining(", ")),
          seconds(crowd.megabytes()),
          seconds(crowd.cpuPercent()));
    }
    return table;
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
