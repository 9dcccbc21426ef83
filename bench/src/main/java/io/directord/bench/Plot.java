package io.directord.bench;

import io.directord.bench.Measurement.Result;
import io.directord.bench.Measurement.Series;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Every run as a dot, work by work, on a logarithmic scale of seconds. */
final class Plot {
  private final List<Result> results;
  private final CategoryChart chart =
      new CategoryChartBuilder()
          .width(1000)
          .height(600)
          .title("Time of each run, six nodes on one machine")
          .yAxisTitle("seconds")
          .build();

  Plot(List<Result> results) {
    this.results = results;
    CategoryStyler styler = chart.getStyler();
    styler.setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
    styler.setOverlapped(true);
    styler.setYAxisLogarithmic(true);
    styler.setXAxisLabelRotation(20);
    styler.setChartBackgroundColor(Color.WHITE);
  }

  void save(Path png) throws IOException {
    runs("the original", Color.ORANGE, result -> result.original().map(Series::seconds));
    runs("ours", Color.BLUE, result -> Optional.of(result.ours().seconds()));
    runs("anchor", Color.GRAY, result -> Optional.of(result.anchor().seconds()));
    limits("ours must be", Color.RED, SeriesMarkers.TRIANGLE_DOWN, Workload::must);
    limits("ours wants to be", Color.GREEN, SeriesMarkers.DIAMOND, Workload::wants);
    ChartEncoder.saveChart(chart, png.toString(), "png");
  }

  /** A series has one dot for each work, so every run is a series; the first stands for all. */
  private void runs(String name, Color color, Function<Result, Optional<Samples>> samples) {
    if (results.stream().map(samples).noneMatch(Optional::isPresent)) {
      return;
    }
    int runs = samples.apply(results.get(0)).orElseThrow().values().size();
    for (int i = 0; i < runs; i++) {
      int run = i;
      List<Double> seconds =
          results.stream().map(r -> samples.apply(r).orElseThrow().values().get(run)).toList();
      add(run == 0 ? name : name + " " + run, seconds, color, SeriesMarkers.CIRCLE)
          .setShowInLegend(run == 0);
    }
  }

  private void limits(String name, Color color, Marker marker, Function<Workload, Limit> limit) {
    Function<Result, Double> seconds =
        result -> limit.apply(result.work()).inSeconds(result.anchor().seconds());
    add(name, results.stream().map(seconds).toList(), color, marker);
  }

  private CategorySeries add(String name, List<Double> seconds, Color color, Marker marker) {
    List<String> titles = results.stream().map(result -> result.work().title()).toList();
    CategorySeries series = chart.addSeries(name, titles, seconds);
    series.setMarkerColor(color).setMarker(marker);
    return series;
  }
}
