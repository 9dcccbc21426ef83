package io.directord.server.metrics;

import io.directord.common.api.Leadership;
import io.directord.common.api.NodeView;
import io.directord.server.memory.MemoryBudget;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Everything at one moment, in the text format of Prometheus. The virtual machine's own metrics are
 * set up when somebody asks for the first time. Thread-safe.
 */
public final class Exposition {
  /** Of {@link #text}. */
  public static final String MEDIA_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final Meters meters;
  private final MemoryBudget memory;
  private final String version;
  private final Supplier<Leadership> leadership;
  private PrometheusRegistry machine;

  /**
   * @param memory whose shares are shown
   * @param version of the server's software
   * @param leadership who leads of several servers; gives null if there is only one
   */
  public Exposition(
      Meters meters, MemoryBudget memory, String version, Supplier<Leadership> leadership) {
    this.leadership = leadership;
    this.meters = meters;
    this.memory = memory;
    this.version = version;
  }

  /**
   * The text, in UTF-8.
   *
   * @param figures null if the dispatcher did not answer in time, or if another server leads: they
   *     are left out then
   */
  public byte[] text(Figures figures) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, ours(figures));
      PrometheusTextFormatWriter.create().write(text, machine().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  private synchronized PrometheusRegistry machine() {
    if (machine == null) {
      machine = new PrometheusRegistry();
      JvmMetrics.builder().register(machine);
    }
    return machine;
  }

  /** All but the virtual machine's. */
  MetricSnapshots ours(Figures figures) {
    List<MetricSnapshot> all = new ArrayList<>();
    meters.snapshots().forEach(all::add);
    all.add(
        InfoSnapshot.builder()
            .name("directord_build")
            .help("The version of this server, and of the Java that runs it.")
            .dataPoint(
                InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of(
                            "version", version, "java", System.getProperty("java.version", "")))
                    .build())
            .build());
    Leadership seen = leadership.get();
    if (seen != null) {
      addLeadership(seen, all);
    }
    if (seen == null || seen.leads()) {
      all.add(
          gauge(
              "directord_dispatcher_answering",
              "1 if the dispatcher answered in time; else what only it knows is left out here.",
              figures == null ? 0 : 1));
    }
    addMemory(all);
    if (figures != null) {
      addNodes(figures, all);
      addWork(figures.work(), all);
      addKept(figures.kept(), all);
      addTransfers(figures.transfers(), all);
      all.add(gauge("directord_followers", "Connections that follow events.", figures.followers()));
      all.add(
          counter(
              "directord_joins_refused",
              "Attempts of clients to join that were refused.",
              figures.refusedJoins()));
    }
    return new MetricSnapshots(all);
  }

  private static void addLeadership(Leadership seen, List<MetricSnapshot> all) {
    all.add(
        gauge(
            "directord_leads", "1 if this server leads, 0 if it stands by.", seen.leads() ? 1 : 0));
    all.add(gauge("directord_epoch", "How many times a server has begun to lead.", seen.epoch()));
    all.add(
        gauge(
            "directord_standbys",
            "Servers that would take over, as the database has it.",
            seen.standbys().size()));
    if (seen.sinceRenewal() != null) {
      all.add(
          gauge(
              "directord_lease_age_seconds",
              "Since the leader has renewed its lease.",
              seen.sinceRenewal().toMillis() / 1000.0));
    }
  }

  private void addMemory(List<MetricSnapshot> all) {
    GaugeSnapshot.Builder used =
        GaugeSnapshot.builder()
            .name("directord_memory_share_bytes")
            .help("Heap that data in flight has reserved, by its use.");
    GaugeSnapshot.Builder limit =
        GaugeSnapshot.builder()
            .name("directord_memory_share_limit_bytes")
            .help("Heap that data in flight may reserve, by its use.");
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      Labels labels = Labels.of("use", word(use));
      used.dataPoint(point(labels, memory.share(use).reserved()));
      limit.dataPoint(point(labels, memory.share(use).limit()));
    }
    all.add(used.build());
    all.add(limit.build());
  }

  private static void addNodes(Figures figures, List<MetricSnapshot> all) {
    GaugeSnapshot.Builder nodes =
        GaugeSnapshot.builder().name("directord_nodes").help("Enrolled nodes, by their state.");
    for (NodeView.State state : NodeView.State.values()) {
      nodes.dataPoint(
          point(Labels.of("state", word(state)), figures.nodes().getOrDefault(state, 0)));
    }
    all.add(nodes.build());
  }

  private static void addWork(Figures.Work work, List<MetricSnapshot> all) {
    all.add(gauge("directord_jobs_open", "Jobs that have not ended on all nodes.", work.open()));
    all.add(gauge("directord_jobs_kept", "Ended jobs that the server keeps.", work.ended()));
    all.add(
        gauge(
            "directord_queue_jobs",
            "Jobs that wait in the queues of nodes, each counted once for every node.",
            work.waiting()));
    all.add(
        gauge(
            "directord_window_jobs",
            "Jobs that were sent to nodes and have no result, each counted once for every node.",
            work.outstanding()));
    all.add(
        gauge(
            "directord_windows_full",
            "Nodes that are sent nothing more before a result comes.",
            work.fullWindows()));
    all.add(
        gauge("directord_runs_held", "Runs that wait for nodes which are away.", work.heldRuns()));
    all.add(
        gauge("directord_runs_paused", "Runs that begin on no further node.", work.pausedRuns()));
  }

  private static void addKept(Figures.Kept kept, List<MetricSnapshot> all) {
    all.add(
        gauge(
            "directord_store_writable",
            "1 if changes can be committed, 0 while the store fails.",
            kept.writable() ? 1 : 0));
    all.add(gauge("directord_store_bytes", "Size of the store, where it is known.", kept.bytes()));
    all.add(
        gauge(
            "directord_store_free_bytes",
            "Free space on the disk of the store, where it is known.",
            kept.freeBytes()));
  }

  private static void addTransfers(Figures.Transfers transfers, List<MetricSnapshot> all) {
    all.add(
        gauge(
            "directord_deliveries_open",
            "Contents that nodes may fetch, each counted once for every job.",
            transfers.deliveries()));
    all.add(gauge("directord_uploads_running", "Nodes that send files.", transfers.receiving()));
    all.add(
        gauge(
            "directord_uploads_waiting",
            "Nodes that wait for their turn to send files.",
            transfers.waiting()));
    all.add(
        CounterSnapshot.builder()
            .name("directord_transfer_bytes")
            .help("Bytes of files sent to nodes and received from them.")
            .dataPoint(bytes("sent", transfers.sentBytes()))
            .dataPoint(bytes("received", transfers.receivedBytes()))
            .build());
    all.add(
        GaugeSnapshot.builder()
            .name("directord_fetched_bytes")
            .help("Bytes of files that FETCH has brought and nobody has downloaded.")
            .dataPoint(kept("server", transfers.keptBytes()))
            .dataPoint(kept("database", transfers.sharedBytes()))
            .build());
  }

  private static GaugeDataPointSnapshot kept(String place, long bytes) {
    return GaugeDataPointSnapshot.builder().labels(Labels.of("place", place)).value(bytes).build();
  }

  private static CounterDataPointSnapshot bytes(String direction, long bytes) {
    return CounterDataPointSnapshot.builder()
        .labels(Labels.of("direction", direction))
        .value(bytes)
        .build();
  }

  private static CounterSnapshot counter(String name, String help, long value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(point(Labels.EMPTY, value))
        .build();
  }

  /** Without a value if that is not known. */
  private static GaugeSnapshot gauge(String name, String help, OptionalLong value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    value.ifPresent(known -> gauge.dataPoint(point(Labels.EMPTY, known)));
    return gauge.build();
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
